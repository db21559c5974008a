{# What an event does at each contact that it reaches. Contacts lie in memory cell by cell, but are reached in the order
   of their delays, so that nearly each of them waits for memory: what the loop will read later is asked for now. #}
{% extends 'common_synapses.cpp' %}
{% block maincode %}
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    const std::vector<int> &_reached = *{{pathway.name}}.peek();
    const int _number = _reached.size();
    for(int _place=0; _place<_number; _place++)
    {
        const size_t _idx = _reached[_place];
        {% if in_advance %}
        if (_place + {{ahead}} < _number) {
            const size_t _ahead = _reached[_place + {{ahead}}];
            {% for array in in_advance %}
            __builtin_prefetch(&{{array}}[_ahead]);
            {% endfor %}
        }
        {% endif %}
        const size_t _vectorisation_idx = _idx;
        {{vector_code|autoindent}}
    }
{% endblock %}
