/** The deltas of random_stream.mjs as the chunks of a stream, and those as server-sent events. */

const shuffled = (random, object) => Object.fromEntries(random.shuffled(Object.entries(object)));

const NULLS = ['content', 'refusal', 'tool_calls', 'reasoning_content', 'reasoning', 'function_call', 'audio'];
const UNKNOWN = {
  provider_specific_fields: {a: [1, {'"': null}]},
  obfuscation: 'x}\\"{',
  x_seen: -0.5
};

/** Chunks of one stream: what surrounds its deltas. */
class Chunks {
  list = [];
  #begun = false;

  constructor(random, style) { Object.assign(this, {random, style}); }

  add(delta, more = {}, top = {}) {
    const choice = {index: 0, delta: this.#delta(delta), ...more};
    if (!('finish_reason' in choice) && this.random.oneIn(2)) choice.finish_reason = null;
    if (this.style.nulls) choice.logprobs = null;
    this.push({choices: [this.style.unknown ? shuffled(this.random, {...choice, ...UNKNOWN}) : choice], ...top});
  }

  push(chunk) {
    const frame = {id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1700000000, model: 'm', ...chunk};
    if (this.style.nulls && !('usage' in frame)) frame.usage = null;
    if (this.style.unknown) Object.assign(frame, UNKNOWN, {service_tier: null});
    this.list.push(this.random.oneIn(4) ? shuffled(this.random, frame) : frame);
  }

  #delta(delta) {
    if (delta === null) return null;
    const {role, nulls, unknown} = this.style;
    const whole = {...(role === 'each' || (role === 'first' && !this.#begun) ? {role: 'assistant'} : {}), ...delta};
    this.#begun = true;
    if (nulls) {
      for (const field of NULLS) {
        if (!(field in whole) && this.random.oneIn(2)) whole[field] = null;
      }
    }
    return unknown ? {...whole, ...UNKNOWN} : whole;
  }
}

const emptyDelta = (random) => random.pick([{}, {content: ''}, {content: null}, {tool_calls: []}, {reasoning_content: ''}, null]);

/** The counts as they grow. */
const soFar = (usage, i) => ({usage: {...usage, completion_tokens: Math.min(i, usage.completion_tokens)}});

function addEnd(chunks, answer, style, usage) {
  const {random} = chunks;
  const reason = style.end === 'no finish_reason' ? {} : {finish_reason: answer.finish};
  if (answer.matched) reason.stop_reason = answer.matched;
  const counted = {finish: {usage}, every: {usage}}[style.usage] ?? {};
  const inside = style.usage === 'inside' ? {usage} : {};
  chunks.add(random.pick([{}, {content: ''}, {content: null}]), {...reason, ...inside}, counted);
  if (style.usage === 'last' || style.usage === 'zeros') chunks.push({choices: [], usage});
  if (style.usage === 'last choice') chunks.add(random.pick([{}, null]), random.pick([{}, reason]), {usage});
  if (style.usage === 'zeros') chunks.push({choices: [], usage: {prompt_tokens: 0, completion_tokens: 0}});
}

function chunksOf(random, deltas, answer, style, usage) {
  const chunks = new Chunks(random, style);
  if (random.oneIn(6)) chunks.push({choices: [], prompt_filter_results: [{prompt_index: 0}]});
  if (random.oneIn(2)) chunks.add({role: 'assistant', content: random.pick(['', null])});
  for (const [i, delta] of deltas.entries()) {
    if (random.oneIn(8)) chunks.add(emptyDelta(random));
    chunks.add(delta, {}, style.usage === 'every' ? soFar(usage, i) : {});
  }
  addEnd(chunks, answer, style, usage);
  return chunks.list;
}

const ascii = (json) => json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** One event, with all that a reader of server-sent events has to pass over. */
function event(random, data, {eol, space, chatty}) {
  const lines = data.split('\n').map((line) => `data:${space}${line}`);
  if (chatty) {
    for (const extra of [': keep-alive', ':', 'event: message', 'id: 7', 'retry: 3000', 'unknown']) {
      if (random.oneIn(6)) lines.unshift(extra);
    }
  }
  const comment = chatty && random.oneIn(4) ? `: PROCESSING${eol}${eol}` : '';
  return `${comment}${lines.map((line) => line + eol).join('')}${eol}`;
}

/** The text of a stream. */
export function randomFrames(random, deltas, answer, style, usage) {
  const eols = random.oneIn(6) ? ['\n', '\r\n', '\r'] : [random.pick(['\n', '\n', '\r\n', '\r'])];
  const spaces = random.pick([[' '], [' '], [''], [' ', '']]);
  const chatty = random.oneIn(3), plain = random.oneIn(2), pretty = random.oneIn(6);
  const write = (data) => event(random, data, {eol: random.pick(eols), space: random.pick(spaces), chatty});
  const chunks = chunksOf(random, deltas, answer, style, usage);
  const texts = chunks.map((chunk) => JSON.stringify(chunk, null, pretty ? 1 : 0)).map((text) => (plain ? text : ascii(text)));
  const done = style.end === 'no [DONE]' ? [] : ['[DONE]'];
  return (random.oneIn(10) ? '\ufeff' : '') + [...texts, ...done].map(write).join('');
}
