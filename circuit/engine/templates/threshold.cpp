{# USES_VARIABLES { N } #}
{# Which cells spike. Cells are searched in blocks that the compiler turns into vector instructions; only a block that
   holds a spike is gone through one by one. Where several conditions have to hold, the first is asked of a block alone.
   A condition that draws random numbers is worked out once for each cell. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    // scalar code
    const int _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    {% set _eventspace = get_array_name(eventspace_variable) %}
    long _count = 0;
    {% if in_blocks %}
    for(size_t _block=0; _block<N; _block+={{block}})
    {
        {% if asked %}
        if(!corticostriatal::{{asked}}[_block/{{span}}]) continue;
        {% endif %}
        const size_t _block_end = _block + {{block}} < N ? _block + {{block}} : N;
        int _any = 0;
        {% if first_code %}
        for(size_t _idx=_block; _idx<_block_end; _idx++)
        {
            {{first_code|autoindent}}
            _any |= _cond;
        }
        if(!_any) continue;
        _any = 0;
        {% endif %}
        for(size_t _idx=_block; _idx<_block_end; _idx++)
        {
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
            _any |= _cond;
        }
        if(!_any) continue;
        for(size_t _idx=_block; _idx<_block_end; _idx++)
        {
    {% else %}
    {
        for(size_t _idx=0; _idx<N; _idx++)
        {
    {% endif %}
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
            if(_cond) {
                {{_eventspace}}[_count++] = _idx;
                {% if _uses_refractory %}
                {{not_refractory}}[_idx] = false;
                {{lastspike}}[_idx] = {{t}};
                {% if aside %}
                corticostriatal::{{aside}}.add(_idx);
                {% endif %}
                {% endif %}
            }
        }
    }
    {{_eventspace}}[N] = _count;
{% endblock %}

{% block after_code %}
{% set _eventspace = get_array_name(eventspace_variable) %}
{{_eventspace}}[N] = 0;  // the array has a place more than there are cells
{% endblock %}
