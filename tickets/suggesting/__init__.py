"""Which of some known things a text is about: learnt from examples, told with the words that said so."""

from tickets.suggesting.articles import examples_of, examples_of_category
from tickets.suggesting.features import plain
from tickets.suggesting.suggester import SURE, Example, Guess, Suggester

__all__ = ["SURE", "Example", "Guess", "Suggester", "examples_of", "examples_of_category", "plain"]
