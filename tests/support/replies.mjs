/**
 * What a fake provider answers. A reply is plain data:
 *   completion(…)   a whole answer, sent as a stream or as JSON, whatever the request asked for
 *   sse(bytes, …)   exactly these stream bytes, with a plan how they are cut and paced and how the stream
 * ends json(body)      200 with this JSON, also to a streaming request error(status, body, headers) hang() no
 * headers, ever disconnect()    the connection closes before the headers
 *   staged(parts)   an answer that the test holds back in places
 */

export const hang = () => ({kind: 'hang'});

export const disconnect = () => ({kind: 'disconnect'});

export const json = (body, headers = {}) => ({kind: 'whole', status: 200, headers, body});

/** `body` is sent as JSON when it is an object, as it is when it is a string or a Buffer. */
export const error = (status, body, headers = {}) => ({kind: 'whole', status, headers, body});

/**
 * `cut`: bytes per write (whole when left out). `pauseMs`: pause between the writes. `end`: 'end' (a proper
 * end), 'hang' (the connection stays open, silent) or 'disconnect' (it breaks without the end of the chunked
 * body).
 */
export const sse = (bytes, {cut = Infinity, pauseMs = 0, end = 'end', headers = {}} = {}) =>
    ({kind: 'sse', bytes: Buffer.from(bytes), cut, pauseMs, end, headers});

/**
 * Parts of an answer in order: texts or Buffers to write, and promises to wait for in between (the test holds the answer
 * back until it resolves them).
 */
export const staged = (parts, {status = 200, headers = {}} = {}) =>
    ({kind: 'staged', parts, status, headers});

export const completion =
    ({text = '', reasoning = '', calls = [], finish, usage = { prompt: 100, completion: 10}} = {}) => ({
      kind: 'completion',
      text,
      reasoning,
      calls,
      finish: finish ?? (calls.length ? 'tool_calls' : 'stop'),
      usage
    });

/** The usual answers in short. */
export const say = (text) => completion({text});
export const call = (name, input, id = `call_${name}_${serial++}`) =>
    ({id, name, arguments: JSON.stringify(input)});
let serial = 1;

const usageOf = ({prompt, completion: out}) =>
    ({prompt_tokens: prompt, completion_tokens: out, total_tokens: prompt + out});

const toolCall = ({id, name, arguments: args}) => ({id, type: 'function', function: {name, arguments: args}});

/** A completion as OpenAI's non-streaming answer. */
export function completionBody(reply, model) {
  const message = {role: 'assistant', content: reply.text || null, refusal: null};
  if (reply.reasoning) message.reasoning_content = reply.reasoning;
  if (reply.calls.length) message.tool_calls = reply.calls.map(toolCall);
  return {
    id: 'chatcmpl-fake',
    object: 'chat.completion',
    created: 1700000000,
    model,
    choices: [{index: 0, message, logprobs: null, finish_reason: reply.finish}],
    usage: usageOf(reply.usage),
  };
}

const PIECE = 9;

function pieces(text) {
  const points = [...text];
  return Array.from(
      {length: Math.ceil(points.length / PIECE)},
      (_, i) => points.slice(i * PIECE, (i + 1) * PIECE).join(''));
}

function* deltas(reply) {
  yield {role: 'assistant', content: '', refusal: null};
  for (const piece of pieces(reply.reasoning)) yield {reasoning_content: piece};
  for (const piece of pieces(reply.text)) yield {content: piece};
  for (const [index, {id, name, arguments: args}] of reply.calls.entries()) {
    yield {tool_calls: [{index, id, type: 'function', function: {name, arguments: ''}}]};
    for (const piece of pieces(args)) yield {tool_calls: [{index, function: {arguments: piece}}]};
  }
}

/**
 * A completion as OpenAI's stream: one chunk per few characters, the finish_reason, the usage when it was
 * asked for, [DONE].
 */
export function completionStream(reply, model, includeUsage) {
  const frame = {
    id: 'chatcmpl-fake',
    object: 'chat.completion.chunk',
    created: 1700000000,
    model,
    system_fingerprint: 'fp_fake'
  };
  const chunk = (delta, finish = null) =>
      ({...frame, choices: [{index: 0, delta, logprobs: null, finish_reason: finish}]});
  const chunks = [...deltas(reply)].map((delta) => chunk(delta));
  chunks.push(chunk({}, reply.finish));
  if (includeUsage) chunks.push({...frame, choices: [], usage: usageOf(reply.usage)});
  return `${chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')}data: [DONE]\n\n`;
}

/** The stream of a completion up to its chunk number `count`: neither finish_reason nor [DONE] comes. */
export const beginning = (reply, count) =>
    completionStream(reply, 'gpt-4o', true).split(/(?<=\n\n)/).slice(0, count).join('');
