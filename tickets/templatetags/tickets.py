"""A tag of the ticket page alone: the boxes that other parts of the desk have registered."""

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def box(context, name, values):
    """A registered panel, rendered with its own values on top of the page's."""
    with context.push(**values):
        return context.template.engine.get_template(name).render(context)
