/* The board of a procedure: a card can be dragged to its new place. Presses the same buttons as people do:
   `do=place:step:stage:position`. Without this script the arrows below each card do all of it. */
(function () {
  "use strict";
  var dragged = null;

  function board(event) {
    return event.target && event.target.closest ? event.target.closest("[data-arrange]") : null;
  }

  function arm() {
    document.querySelectorAll("[data-arrange] [data-step-code]").forEach(function (card) {
      card.draggable = true;
    });
  }

  document.addEventListener("dragstart", function (event) {
    var card = board(event) && event.target.closest("[data-step-code]");
    if (!card) { return; }
    dragged = card;
    card.classList.add("drag");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.stepCode);
  });

  document.addEventListener("dragover", function (event) {
    var column = dragged && event.target.closest("[data-arrange] .col");
    if (!column) { return; }
    event.preventDefault();
    document.querySelectorAll(".col ol.over").forEach(function (each) { each.classList.remove("over"); });
    column.querySelector("ol").classList.add("over");
  });

  document.addEventListener("dragend", function () {
    if (dragged) { dragged.classList.remove("drag"); }
    document.querySelectorAll(".col ol.over").forEach(function (each) { each.classList.remove("over"); });
    dragged = null;
  });

  document.addEventListener("drop", function (event) {
    var column = dragged && event.target.closest("[data-arrange] .col"), form, button, before;
    if (!column) { return; }
    event.preventDefault();
    before = Array.prototype.filter.call(column.querySelectorAll("[data-step-code]"), function (card) {
      var box = card.getBoundingClientRect();
      return card !== dragged && box.top + box.height / 2 < event.clientY;
    }).length;
    form = column.closest("form");
    button = document.createElement("button");
    button.type = "submit";
    button.name = "do";
    button.value = "place:" + dragged.dataset.stepCode + ":" + column.dataset.stage + ":" + before;
    button.hidden = true;
    form.appendChild(button);
    button.click();
    button.remove();
  });

  /* on a narrow screen the step stands below the board: what was opened comes into view */
  function reveal() {
    var step = document.getElementById("sop-step");
    if (step && step.getBoundingClientRect().top > window.innerHeight - 80) { step.scrollIntoView(); }
  }

  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target.id !== "studio") { return; }
    arm();
    reveal();
  });
  document.addEventListener("DOMContentLoaded", arm);
}());
