import {requireMessages} from './chat_messages.mjs';
import {isObject, Refusal, refuse, requireArray, requireKnownFields, requireMember, requireObject, requireRange, requireString, requireToolName, typeName, wrongType} from './refusal.mjs';

/**
 * What OpenAI's Chat Completions endpoint accepts and, in its words, refuses
 * (https://platform.openai.com/docs/api-reference/chat/create).
 */

const FIELDS = [
  'audio',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'metadata',
  'modalities',
  'model',
  'n',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning_effort',
  'response_format',
  'safety_identifier',
  'seed',
  'service_tier',
  'stop',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'user',
  'verbosity',
  'web_search_options',
];
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];
const MAX_TOOLS = 128;
const MAX_STOPS = 4;

const isReasoningModel = (model) => /^(o\d|gpt-([5-9]|\d\d))/.test(model);

function requireFields(body, allow) {
  const unknown = Object.keys(body).filter((name) => !FIELDS.includes(name) && !allow.includes(name));
  if (unknown.length === 0) return;
  refuse(`Unrecognized request argument${unknown.length > 1 ? 's' : ''} supplied: ${unknown.join(', ')}`);
}

function requireSchema(schema, name, place) {
  const bad = (why) =>
      refuse(`Invalid schema for function '${name}': ${why}`, place, 'invalid_function_parameters');
  if (!isObject(schema)) bad(`${JSON.stringify(schema)} is not of type 'object', 'boolean'.`);
  if (schema.type !== 'object') {
    bad(`schema must be a JSON Schema of 'type: "object"', got 'type: "${schema.type ?? 'None'}"'.`);
  }
  if (!isObject(schema.properties)) bad('In context=(), object schema missing properties.');
}

function requireTool(tool, place) {
  requireObject(tool, place);
  requireKnownFields(tool, ['type', 'function'], place);
  requireMember(tool.type, ['function'], `${place}.type`);
  requireObject(tool.function, `${place}.function`);
  requireKnownFields(tool.function, ['name', 'description', 'parameters', 'strict'], `${place}.function`);
  requireToolName(tool.function.name, `${place}.function.name`);
  const {name, description, parameters} = tool.function;
  if (description !== undefined) requireString(description, `${place}.function.description`);
  if (parameters !== undefined) requireSchema(parameters, name, `${place}.function.parameters`);
}

function requireTools(body) {
  if (body.tools === undefined) return;
  requireArray(body.tools, 'tools', {max: MAX_TOOLS});
  body.tools.forEach((tool, i) => requireTool(tool, `tools[${i}]`));
}

function requireToolChoice({tool_choice: choice, tools}) {
  if (choice === undefined) return;
  if (tools === undefined) {
    refuse(
        'Invalid value for \'tool_choice\': \'tool_choice\' is only allowed when \'tools\' are specified.',
        'tool_choice');
  }
  if (typeof choice === 'string') return requireMember(choice, ['none', 'auto', 'required'], 'tool_choice');
  requireObject(choice, 'tool_choice');
  requireMember(choice.type, ['function'], 'tool_choice.type');
  requireObject(choice.function, 'tool_choice.function');
  const {name} = choice.function;
  if (!tools.some((tool) => tool.function.name === name)) {
    refuse(
        `Invalid value for 'tool_choice': no function named '${
            name}' was specified in the 'tools' parameter.`,
        'tool_choice.function');
  }
}

function requireParallel({parallel_tool_calls: parallel, tools}) {
  if (parallel === undefined) return;
  if (typeof parallel !== 'boolean') wrongType('parallel_tool_calls', 'boolean', parallel);
  if (tools !== undefined) return;
  refuse(
      'Invalid value for \'parallel_tool_calls\': \'parallel_tool_calls\' is only allowed when \'tools\' are specified.',
      'parallel_tool_calls');
}

function requireTokens(value, field, most) {
  if (value === undefined) return;
  if (!Number.isInteger(value)) wrongType(field, 'integer', value);
  if (value < 1) {
    refuse(
        `Invalid '${field}': integer below minimum value. Expected a value >= 1, but got ${value} instead.`,
        field, 'integer_below_min_value');
  }
  if (value > most) {
    refuse(
        `${field} is too large: ${value}. This model supports at most ${
            most} completion tokens, whereas you provided ` +
            `${value}.`,
        field, 'invalid_value');
  }
}

function requireLengths(body, maxTokens) {
  requireTokens(body.max_tokens, 'max_tokens', maxTokens);
  requireTokens(body.max_completion_tokens, 'max_completion_tokens', maxTokens);
  if (body.max_tokens !== undefined && body.max_completion_tokens !== undefined) {
    refuse(
        'Setting \'max_tokens\' and \'max_completion_tokens\' at the same time is not supported.',
        'max_tokens');
  }
}

function requireSampling(body) {
  if (body.temperature !== undefined) requireRange(body.temperature, 'temperature', 0, 2);
  if (body.top_p !== undefined) requireRange(body.top_p, 'top_p', 0, 1);
  if (body.stop === undefined || body.stop === null || typeof body.stop === 'string') return;
  requireArray(body.stop, 'stop', {max: MAX_STOPS});
  body.stop.forEach((stop, i) => requireString(stop, `stop[${i}]`));
}

function requireStreaming({stream, stream_options: options}) {
  if (stream !== undefined && typeof stream !== 'boolean') wrongType('stream', 'boolean', stream);
  if (options === undefined) return;
  if (stream !== true) {
    refuse('The \'stream_options\' parameter is only allowed when \'stream\' is enabled.', 'stream_options');
  }
  requireObject(options, 'stream_options');
  requireKnownFields(options, ['include_usage', 'include_obfuscation'], 'stream_options');
}

function requireResponseFormat({response_format: format}) {
  if (format === undefined) return;
  requireObject(format, 'response_format');
  requireMember(format.type, ['json_object', 'json_schema', 'text'], 'response_format.type');
  if (format.type !== 'json_schema') return;
  requireObject(format.json_schema, 'response_format.json_schema');
  requireKnownFields(
      format.json_schema, ['name', 'description', 'schema', 'strict'], 'response_format.json_schema');
  requireToolName(format.json_schema.name, 'response_format.json_schema.name');
  requireObject(format.json_schema.schema, 'response_format.json_schema.schema');
}

/** What the o-series and gpt-5 refuse, and what every other model refuses of theirs. */
function requireFittingModel(body) {
  if (!isReasoningModel(body.model)) {
    if (body.reasoning_effort !== undefined)
      refuse('Unrecognized request argument supplied: reasoning_effort');
    return;
  }
  if (body.reasoning_effort !== undefined) requireMember(body.reasoning_effort, EFFORTS, 'reasoning_effort');
  if (body.max_tokens !== undefined) {
    refuse(
        'Unsupported parameter: \'max_tokens\' is not supported with this model. Use \'max_completion_tokens\' instead.',
        'max_tokens', 'unsupported_parameter');
  }
  for (const field of ['temperature', 'top_p']) {
    if (body[field] === undefined || body[field] === 1) continue;
    refuse(
        `Unsupported value: '${field}' does not support ${
            body[field]} with this model. Only the default (1) value is ` +
            'supported.',
        field, 'unsupported_value');
  }
}

function requireText(value, place) {
  if (typeof value === 'string' && /\p{Cs}/u.test(value)) {
    refuse(
        `Invalid '${place}': the string holds a lone surrogate and cannot be encoded as UTF-8.`, place,
        'invalid_value');
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    requireText(inner, Array.isArray(value) ? `${place}[${name}]` : [place, name].filter(Boolean).join('.'));
  }
}

/** The body as an object. Invalid UTF-8 and invalid JSON are refused alike. */
export function parseBody(raw) {
  try {
    const body = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(raw));
    if (isObject(body)) return body;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  return refuse(
      'We could not parse the JSON body of your request. (HINT: This likely means you aren\'t using your HTTP library ' +
      'correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble ' +
      'figuring out how to fix this, please contact us through our help center at help.openai.com.)');
}

/**
 * Refuses a request body that OpenAI would refuse: throws a Refusal. Options make another provider of it:
 * `maxTokens` is the largest max_tokens, `allowFields` and `allowMessageFields` are fields that OpenAI does
 * not know, `models: false` turns off the rules that depend on the model's name.
 */
export function requireChatRequest(
    body, {maxTokens = 16384, allowFields = [], allowMessageFields = [], models = true} = {}) {
  requireFields(body, allowFields);
  if (typeof body.model !== 'string' || body.model === '') refuse('you must provide a model parameter');
  requireText(body, '');
  requireMessages(body.messages, allowMessageFields);
  requireTools(body);
  requireToolChoice(body);
  requireParallel(body);
  if (models) requireFittingModel(body);
  requireLengths(body, maxTokens);
  requireSampling(body);
  requireStreaming(body);
  requireResponseFormat(body);
}

/** The key as a bearer token. */
export function requireKey(headers, key) {
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (given === undefined) {
    throw new Refusal(
        'You didn\'t provide an API key. You need to provide your API key in an Authorization header using Bearer ' +
            'auth (i.e. Authorization: Bearer YOUR_KEY).',
        {status: 401});
  }
  if (given !== key) {
    throw new Refusal(
        `Incorrect API key provided: ${given.slice(0, 3)}***. You can find your API key at ` +
            'https://platform.openai.com/account/api-keys.',
        {status: 401, code: 'invalid_api_key'});
  }
}

/** Azure's way: the key in a header of its own, and nothing as a bearer token. */
function requireAzureKey(headers, key) {
  if (headers['api-key'] === key && headers.authorization === undefined) return;
  throw new Refusal(
      'Access denied due to invalid subscription key or wrong API endpoint.', {status: 401, code: '401'});
}

/** Refuses a request for what its head says: path, method, key, content type. */
export function requireHead({method, url, headers}, {path, key, azure}) {
  const [target, query] = url.split('?');
  if (target !== path || (azure && query !== `api-version=${azure}`)) {
    throw new Refusal(`Invalid URL (${method} ${url})`, {status: 404});
  }
  if (method !== 'POST') throw new Refusal(`Invalid method for URL (${method} ${url})`, {status: 405});
  if (azure)
    requireAzureKey(headers, key);
  else
    requireKey(headers, key);
  const type = headers['content-type'];
  if (/^application\/json\s*(;|$)/i.test(type ?? '')) return;
  throw new Refusal(
      `Unsupported content type: '${
          type ?? typeName(null)}'. This API method only accepts 'application/json' ` +
          `requests, but you specified the header 'Content-Type: ${type ?? ''}'.`,
      {code: 'unsupported_content_type'});
}
