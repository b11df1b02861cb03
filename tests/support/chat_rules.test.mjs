import {chat, request, testRefusals, tool, user} from './chat_requests.mjs';

testRefusals([
  ['unknown field', request({top_k: 4}), /^Unrecognized request argument supplied: top_k$/],
  [
    'unknown fields', request({thinking: {}, system: 'x'}),
    /^Unrecognized request arguments supplied: thinking, system$/
  ],
  ['model missing', {messages: [user('hi')]}, /you must provide a model parameter/],
  ['no tools', request({tools: []}), /Invalid 'tools': empty array/],
  [
    '129 tools', request({tools: Array.from({length: 129}, (_, i) => tool(`t${i}`))}),
    /maximum length 128, but got an array with length 129/
  ],
  [
    'tool name with a slash', request({tools: [tool('a/b')]}),
    /Invalid 'tools\[0\].function.name': string does not match pattern/
  ],
  [
    'tool name of 65', request({tools: [tool('a'.repeat(65))]}),
    /maximum length 64, but got a string with length 65/
  ],
  ['tool name empty', request({tools: [tool('')]}), /does not match pattern/],
  [
    'tool of another type', request({tools: [{type: 'web_search_20250305', name: 'web_search'}]}),
    /'name' was unexpected/
  ],
  [
    'tool with input_schema', request({tools: [{type: 'function', function: {name: 'a', input_schema: {}}}]}),
    /'input_schema' was unexpected\) - 'tools.0.function'/
  ],
  [
    'schema is a list', request({tools: [tool('a', [])]}),
    /Invalid schema for function 'a': \[\] is not of type 'object'/
  ],
  [
    'schema of a string', request({tools: [tool('a', {type: 'string'})]}),
    /schema must be a JSON Schema of 'type: "object"', got 'type: "string"'/
  ],
  ['schema without type', request({tools: [tool('a', {properties: {}})]}), /got 'type: "None"'/],
  [
    'schema without properties', request({tools: [tool('a', {type: 'object'})]}),
    /In context=\(\), object schema missing properties/
  ],
  [
    'tool_choice without tools', request({tool_choice: 'auto'}),
    /'tool_choice' is only allowed when 'tools' are specified/
  ],
  [
    'tool_choice any', request({tools: [tool()], tool_choice: 'any'}),
    /Invalid value: 'any'. Supported values are: 'none', 'auto', and 'required'/
  ],
  [
    'tool_choice of an unknown tool',
    request({tools: [tool()], tool_choice: {type: 'function', function: {name: 'x'}}}),
    /no function named 'x'/
  ],
  [
    'parallel_tool_calls without tools', request({parallel_tool_calls: false}),
    /'parallel_tool_calls' is only allowed when 'tools' are specified/
  ],
  ['max_tokens 0', request({max_tokens: 0}), /Invalid 'max_tokens': integer below minimum value/],
  [
    'max_tokens too large', request({max_tokens: 64000}),
    /max_tokens is too large: 64000. This model supports at most 16384 completion tokens/
  ],
  [
    'max_tokens 1.5', request({max_tokens: 1.5}),
    /Invalid type for 'max_tokens': expected an integer, but got a decimal/
  ],
  ['both limits', request({max_tokens: 5, max_completion_tokens: 5}), /at the same time is not supported/],
  [
    'temperature 3', request({temperature: 3}),
    /decimal above maximum value. Expected a value <= 2, but got 3/
  ],
  ['top_p -1', request({top_p: -1}), /Invalid 'top_p': decimal below minimum value/],
  ['5 stops', request({stop: ['a', 'b', 'c', 'd', 'e']}), /maximum length 4, but got an array with length 5/],
  ['no stops', request({stop: []}), /Invalid 'stop': empty array/],
  [
    'stream_options without stream', request({stream_options: {include_usage: true}}),
    /only allowed when 'stream' is enabled/
  ],
  ['stream is a string', request({stream: 'true'}), /Invalid type for 'stream'/],
  [
    'response_format without name',
    request({response_format: {type: 'json_schema', json_schema: {schema: {}}}}),
    /'response_format.json_schema.name'/
  ],
  [
    'reasoning_effort for gpt-4o', request({reasoning_effort: 'low'}),
    /Unrecognized request argument supplied: reasoning_effort/
  ],
  ['reasoning_effort max', request({model: 'gpt-5', reasoning_effort: 'max'}), /Invalid value: 'max'/],
  [
    'max_tokens for gpt-5', request({model: 'gpt-5.2', max_tokens: 5}),
    /Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'/
  ],
  [
    'temperature for o3', request({model: 'o3', temperature: 0.5}),
    /'temperature' does not support 0.5 with this model/
  ],
  [
    'lone surrogate', JSON.stringify(chat(user('a\ud800b'))),
    /'messages\[0\].content': the string holds a lone surrogate/
  ],
  ['JSON cut', '{"model":"gpt-4o"', /could not parse the JSON body/],
  ['a list', '[]', /could not parse the JSON body/],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /could not parse the JSON body/],
]);
