{# What an event does at each contact that it reaches. A source's contacts lie in memory one after the other, in the
   order of their delays; those of a target cell are spread, so that what the loop will read later is asked for now. #}
{% extends 'common_synapses.cpp' %}
{% block maincode %}
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    {% if pathway.prepost == "post" %}
    const int *_order = {{pathway.name}}.in_turn();
    {% else %}
    {{pathway.name}}.ask_for_order();
    {% endif %}
    for(const SynapticPathway::Span &_reached : {{pathway.name}}.peek())
    {
        const int _end = _reached.end;
        {% for name, (kind, number) in draws.items() %}
        const corticostriatal::number *{{name}} = corticostriatal::{{kind}}.take({{number}}*(_end - _reached.begin)) - {{number}}*_reached.begin;
        {% endfor %}
        for(int _place=_reached.begin; _place<_end; _place++)
        {
            const size_t _idx = {{ "_order[_place]" if pathway.prepost == "post" else "_place" }};
            {% if in_advance %}
            if (_place + {{ahead}} < _end) {
                const size_t _ahead = _order[_place + {{ahead}}];
                {% for array in in_advance %}
                __builtin_prefetch(&{{array}}[_ahead]);
                {% endfor %}
            }
            {% endif %}
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
        }
    }
{% endblock %}
