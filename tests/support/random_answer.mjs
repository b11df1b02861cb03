/**
 * Answers of a model, made from a seed, and what a client must see of them. How an answer travels is made in
 * random_stream.mjs.
 */

/** The same numbers for the same seed (mulberry32). */
export class Random {
  #state;

  constructor(seed) { this.#state = Math.imul(seed + 1, 0x9e3779b1); }

  below(limit) {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor(((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32 * limit);
  }

  /** True once in `n` times. */
  oneIn(n) { return this.below(n) === 0; }

  pick(list) { return list[this.below(list.length)]; }

  list(count, make) { return Array.from({length: count}, (_, i) => make(i)); }

  shuffled(list) {
    const rest = [...list];
    return list.map(() => rest.splice(this.below(rest.length), 1)[0]);
  }

  /** The text in pieces, cut between any two code points; at least one piece, none of them empty if the text is not. */
  cut(text) {
    const points = [...text], pieces = [];
    const most = this.pick([1, 2, 5, 20, Infinity]);
    while (points.length > 0) pieces.push(points.splice(0, most === Infinity ? points.length : 1 + this.below(most)).join(''));
    return pieces.length > 0 ? pieces : [''];
  }
}

const BLANKS = [' ', '\n', '\n\n', '\t', '\r\n'];
const SCRAPS = [
  ...BLANKS, ' ', 'a', 'word ', 'Zwei', 'é', 'e\u0301', '中文', 'ก็', '😀', '👨‍👩‍👧', '🏽', '𝒜', '\u{10ffff}', '\u2028', '\u2029', '\u00a0',
  '\u3000', '\ufeff', '\ud7ff', '\ue000', '\uffff', '\0', '\x07', '\x1b[0m', '\x7f', '\b\f', '"', '\'', '\\', '\\n',
  '\\u0041', '\\"', '/', '{', '}', '[]', '<', '<thi', '<think>', '</', '</thin', '</thinker>', 'data: ',
  '\ndata: [DONE]\n\n', ': ', 'event: ping\n',
];
const OPENS_THINKING = /^[ \t\r\n]*<think>/;
const NAMES = ['Bash', 'Read', 'mcp__a__b', 'get-weather', 'x', 'Bash_2'];

/** Some text; that it begins like thinking in tags happens only on purpose. */
function randomText(random) {
  if (random.oneIn(6)) return random.pick(BLANKS);
  if (random.oneIn(16)) return random.pick(['<', '<thi', '\n<think', '</think']);
  const text = random.list(1 + random.below(random.oneIn(20) ? 400 : 8), () => random.pick(SCRAPS)).join('');
  return OPENS_THINKING.test(text) ? `x${text}` : text;
}

const randomNumber = (random) => random.pick([0, -1, 42, 3.25, -1e-7, 6.02e23, 1234567890123, random.below(1e9)]);

function randomValue(random, depth) {
  const kind = random.below(depth > 0 ? 8 : 5);
  if (kind < 2) return random.list(random.below(5), () => random.pick(SCRAPS)).join('');
  if (kind < 3) return randomNumber(random);
  if (kind < 5) return random.pick([true, false, null]);
  if (kind < 6) return random.list(random.below(4), () => randomValue(random, depth - 1));
  return randomInput(random, depth - 1);
}

const randomKey = (random) => random.oneIn(3) ? `k${random.pick(SCRAPS)}` : random.pick(['command', 'a', 'file_path']);

const randomInput = (random, depth = 3) =>
    Object.fromEntries(random.list(random.below(4), () => [randomKey(random), randomValue(random, depth)]));

const escaped = (unit, upper) => {
  const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
  return `\\u${upper ? hex.toUpperCase() : hex}`;
};

/** JSON of a value, in one of the ways programs write it. */
export function randomJson(random, value) {
  const upper = random.oneIn(2);
  let text = JSON.stringify(value, null, random.pick([0, 0, 0, 1, '\t']));
  if (random.oneIn(3)) text = text.replace(/[\u007f-\uffff]/g, (unit) => escaped(unit, upper));
  if (random.oneIn(4)) text = text.replaceAll('/', '\\/');
  return text;
}

/** A tool call: `json` are its arguments as the model wrote them. */
function randomCall(random, number) {
  const input = randomInput(random);
  const none = Object.keys(input).length === 0;
  const json = none ? random.pick(['', '{}', '{ }']) : randomJson(random, input) + random.pick(['', '', '\n', ' ']);
  return {kind: 'call', name: random.pick(NAMES), id: `call_${number}_${random.below(1e6)}`, input, json};
}

function randomPart(random, calls, tagged) {
  const kind = random.pick(['content', 'content', 'call', 'call', tagged ? 'content' : 'thinking', 'refusal']);
  if (kind === 'call' && calls < 4) return randomCall(random, calls);
  if (kind === 'refusal' && random.oneIn(2)) return {kind, text: randomText(random)};
  return kind === 'thinking' ? thinking(random) : {kind: 'content', text: randomText(random)};
}

/** Thinking in tags, and the white space around them. */
function taggedThinking(random) {
  const text = randomText(random).replaceAll('</think>', '');
  const before = random.oneIn(3) ? random.pick(BLANKS) : '', behind = random.oneIn(2) ? random.pick(BLANKS) : '';
  return [{kind: 'tagged', text, before, behind}];
}

const thinking = (random) => ({kind: 'thinking', text: randomText(random)});

/** What an answer begins with: thinking or not, also behind what might have become a tag. */
function beginning(random, tagged) {
  if (tagged) return taggedThinking(random);
  if (random.oneIn(8)) return [{kind: 'content', text: random.pick(['<', '<thi', '\n<think', '\n'])}, thinking(random)];
  return random.oneIn(2) ? [thinking(random)] : [];
}

/** The parts of an answer in the order the model says them. */
function randomParts(random) {
  const tagged = random.oneIn(4);
  const parts = beginning(random, tagged);
  let calls = 0;
  for (let left = random.below(8); left > 0; left--) {
    const part = randomPart(random, calls, tagged);
    if (part.kind === 'call') calls++;
    parts.push(part);
  }
  return parts;
}

/** Makes the last call one that the limit of tokens cut: its arguments are no JSON. Says whether there was such a call. */
function cutShort(random, parts) {
  const last = parts.at(-1);
  const points = [...(last?.json ?? '').trimEnd()];
  if (points.length < 4) return false;
  last.json = points.slice(0, 1 + random.below(points.length - 1)).join('');
  return true;
}

const randomUsage = (random) => {
  const prompt = 1 + random.below(100_000);
  return {prompt, cached: random.oneIn(2) ? random.below(prompt + 1) : 0, completion: 1 + random.below(5000)};
};

const FINISH = ['stop', 'stop', 'tool_calls', 'function_call', 'end_turn', 'eos', 'length', 'content_filter'];

/** The stop sequence of every request. */
export const STOP = '\nEND';

/**
 * An answer: its `parts`, `finish` (the finish_reason), `matched` (the stop sequence it ended with), `usage`, and `cut` when its last
 * call has no whole arguments.
 */
export function randomAnswer(random) {
  const parts = randomParts(random);
  const cut = random.oneIn(10) && cutShort(random, parts);
  const finish = cut ? 'length' : random.pick(FINISH);
  return {parts, cut, finish, matched: finish === 'stop' && random.oneIn(6) ? STOP : null, usage: randomUsage(random)};
}
