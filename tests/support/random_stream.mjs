import {randomFrames} from './random_frames.mjs';

/** How an answer of random_answer.mjs travels: as the deltas, chunks and bytes of a stream, or as a whole JSON answer. */

/**
 * What a provider does in the whole of one stream. `keys`: what tells its calls apart: `index` (of their own), `zero` (always 0, but
 * new ids), `id`, or `none` (calls whole, in one list).
 */
function randomStyle(random, calls) {
  const keys = random.pick(['index', 'index', 'index', 'zero', 'id', ...(calls < 2 ? ['none'] : [])]);
  const repeat = keys !== 'none' && random.oneIn(5);
  return {
    keys,
    repeat,
    ids: keys === 'index' ? random.pick(['first', 'first', 'late', 'missing']) : keys === 'none' ? 'missing' : 'first',
    whole: keys === 'none' || random.oneIn(5),
    interleaved: (keys === 'index' || (keys === 'id' && repeat)) && random.oneIn(2),
    asObject: random.oneIn(8),
    firstIndex: random.oneIn(8) ? 1 : 0,
    reasoning: random.pick(['reasoning_content', 'reasoning']),
    combines: random.oneIn(3),
    nulls: random.oneIn(3),
    unknown: random.oneIn(3),
    role: random.pick(['first', 'first', 'each', 'never']),
    usage: random.pick(['last', 'last', 'last choice', 'finish', 'every', 'inside', 'zeros', 'missing']),
    end: random.pick(['both', 'both', 'both', 'no [DONE]', 'no finish_reason']),
  };
}

const isObject = (json) => json.trimStart().startsWith('{');

/** The pieces of a call's arguments; the first delta may have none. */
function argumentPieces(random, {json}, style, cut) {
  if (style.whole) return [style.asObject && !cut && isObject(json) ? JSON.parse(json) : json];
  const pieces = random.cut(json);
  if (random.oneIn(2)) pieces.unshift('');
  if (random.oneIn(8) && json.length > 4 && pieces[0] === '') pieces[0] = '{}';
  return pieces;
}

/** The deltas of one call. Sets the id of the call to what the client must see of it. */
function callDeltas(random, call, number, style, cut) {
  const pieces = argumentPieces(random, call, style, cut);
  if (style.ids === 'late' && pieces.length === 1) pieces.unshift('');
  const idAt = style.ids === 'late' ? 1 + random.below(pieces.length - 1) : style.ids === 'first' ? 0 : -1;
  const index = {index: {index: number + style.firstIndex}, zero: {index: 0}}[style.keys];
  const deltas = pieces.map((piece, i) => {
    const first = i === 0, named = first || style.repeat;
    const id = i === idAt || (style.repeat && idAt >= 0 && i > idAt) ? {id: call.id} : random.oneIn(8) ? {id: random.pick([null, ''])} : {};
    const type = named && !random.oneIn(8) ? {type: 'function'} : {};
    return {...index, ...id, ...type, function: {...(named && {name: call.name}), arguments: piece}};
  });
  const known = idAt >= 0 && /^(\{\})?$/.test(pieces.slice(0, idAt).join('').trim());
  if (!known) call.id = '*';
  return deltas.map((delta) => ({tool_calls: [delta]}));
}

/** A call whose pieces may come between those of others. */
class OpenCall {
  constructor(deltas) {
    this.deltas = deltas;
    this.said = '';
  }

  next() {
    const delta = this.deltas.shift();
    this.said += delta.tool_calls[0].function.arguments;
    return delta;
  }

  /** Text behind a call that has said nothing of its arguments means that it has none. */
  get mustGoOn() { return this.deltas.length > 0 && /^(\{\})?$/.test(this.said.trim()); }
}

/** The deltas of all parts in an order that keeps that of the parts' beginnings. */
class Deltas {
  list = [];
  #open = [];
  #calls = 0;

  constructor(random, style, cut) { Object.assign(this, {random, style, cut}); }

  part(part) {
    if (part.kind === 'call') return this.#call(part);
    const {before, behind, text} = part;
    const whole = part.kind === 'tagged' ? `${before}<think>${text}</think>${behind}` : text;
    const field = {thinking: this.style.reasoning, tagged: 'content', content: 'content', refusal: 'refusal'}[part.kind];
    for (const piece of this.random.cut(whole)) {
      this.#goOn(({mustGoOn}) => mustGoOn);
      this.list.push({[field]: piece});
      if (this.random.oneIn(3)) this.#some();
    }
  }

  end() { this.#goOn(() => true); }

  #call(part) {
    if (this.random.oneIn(2)) this.#some();
    const call = new OpenCall(callDeltas(this.random, part, this.#calls++, this.style, this.cut));
    this.list.push(call.next());
    this.#open.push(call);
    if (!this.style.interleaved) this.end();
  }

  #some() {
    const left = this.#open.filter(({deltas}) => deltas.length > 0);
    for (let count = this.random.below(4); count > 0 && left.length > 0; count--) {
      const call = this.random.pick(left);
      if (call.deltas.length > 0) this.list.push(call.next());
    }
  }

  #goOn(wanted) {
    for (;;) {
      const left = this.#open.filter((call) => call.deltas.length > 0 && wanted(call));
      if (left.length === 0) return;
      this.list.push(this.random.pick(left).next());
    }
  }
}

const FIELDS = ['reasoning_content', 'reasoning', 'content', 'refusal', 'tool_calls'];
const rank = (delta) => FIELDS.indexOf(Object.keys(delta)[0]);

/** Puts some neighbours into one delta, where that keeps the order in which the fields of a delta count. */
function combined(random, deltas, style) {
  if (!style.combines) return deltas;
  const result = [];
  for (const delta of deltas) {
    const last = result.at(-1);
    const lastRank = last ? Math.max(...Object.keys(last).map((key) => FIELDS.indexOf(key))) : Infinity;
    if (random.oneIn(2) || lastRank > rank(delta)) result.push(delta);
    else if (lastRank < rank(delta)) Object.assign(last, delta);
    else if (delta.tool_calls && style.keys === 'index') last.tool_calls.push(...delta.tool_calls);
    else result.push(delta);
  }
  return result;
}

/** What the provider counted, as it tells it. */
function usageBody(random, {prompt, cached, completion}) {
  const counts = {prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion};
  if (cached === 0) return {...counts, ...random.pick([{}, {prompt_tokens_details: null}, {prompt_tokens_details: {cached_tokens: 0}}])};
  return {...counts, ...random.pick([{prompt_tokens_details: {cached_tokens: cached}}, {prompt_cache_hit_tokens: cached}])};
}

/** An answer as a provider streams it: {bytes, cut (bytes per write), countsTokens}. Settles which ids the client must see. */
export function randomStream(random, answer) {
  const style = randomStyle(random, answer.parts.filter(({kind}) => kind === 'call').length);
  const deltas = new Deltas(random, style, answer.cut);
  for (const part of answer.parts) deltas.part(part);
  deltas.end();
  const tellsMore = answer.finish === 'length' || answer.finish === 'content_filter' || answer.matched;
  if (tellsMore && style.end === 'no finish_reason') style.end = 'both';
  const frames = randomFrames(random, combined(random, deltas.list, style), answer, style, usageBody(random, answer.usage));
  const bytes = Buffer.from(frames);
  const cuts = bytes.length > 4000 ? [31, 256, 4096, Infinity] : [1, 1, 2, 3, 7, 16, 64, Infinity];
  return {bytes, cut: random.pick(cuts), countsTokens: style.usage !== 'missing'};
}

const joined = (parts, kind) => parts.filter((part) => part.kind === kind).map(({text}) => text).join('');

/** An answer as a provider gives it whole. */
export function wholeAnswer(random, {parts, finish, matched, usage}) {
  const [tagged] = parts.filter(({kind}) => kind === 'tagged');
  const tags = tagged ? `${tagged.before}<think>${tagged.text}</think>${tagged.behind}` : '';
  const calls = parts.filter(({kind}) => kind === 'call');
  const message = {
    role: 'assistant',
    content: tags + joined(parts, 'content') || random.pick([null, '']),
    refusal: joined(parts, 'refusal') || null,
    [random.pick(['reasoning_content', 'reasoning'])]: joined(parts, 'thinking') || null,
    tool_calls: calls.length === 0 ? random.pick([null, []]) : calls.map(({id, name, json}) => (
      {...(id !== '*' && {id}), type: 'function', function: {name, arguments: json}})),
  };
  const choice = {index: 0, message, finish_reason: finish, ...(matched && {stop_reason: matched})};
  return {id: 'chatcmpl-1', object: 'chat.completion', choices: [choice], usage: usageBody(random, usage)};
}
