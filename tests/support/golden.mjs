import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/**
 * The golden cases of tests/golden (its README.md is the contract), and how two answers to one case are
 * compared.
 */

const root = fileURLToPath(new URL('../golden/', import.meta.url));

/** JSON without the white space between its tokens; every other byte stays. */
export const minify = (json) => json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');

/** A case's files, read when asked for: `text` and `bytes` give undefined when there is no such file. */
class GoldenCase {
  constructor(name) {
    this.name = name;
    this.options = this.json('case.json') ?? {};
  }

  has(file) { return existsSync(`${root}${this.name}/${file}`); }

  bytes(file) { return this.has(file) ? readFileSync(`${root}${this.name}/${file}`) : undefined; }

  text(file) { return this.bytes(file)?.toString('utf8'); }

  json(file) {
    const text = this.text(file);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`tests/golden/${this.name}/${file}: ${error.message}`);
    }
  }

  /** The body the client sends: minified, as clients send it. */
  get clientBody() { return minify(this.text('client.json') ?? JSON.stringify(this.#defaultRequest())); }

  #defaultRequest() {
    const stream = this.options.stream ?? (this.has('upstream.sse') && !/stream_only=yes/.test(this.options.settings));
    const tool = (name) => ({name, input_schema: {type: 'object', properties: {}}});
    return {
      model: 'claude-sonnet-4',
      max_tokens: 1024,
      stream,
      tools: ['Bash', 'Read'].map(tool),
      messages: [{role: 'user', content: 'hi'}]
    };
  }
}

export const goldenCases = () => readdirSync(root, {withFileTypes: true})
                                     .filter((entry) => entry.isDirectory())
                                     .map((entry) => new GoldenCase(entry.name))
                                     .sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * A content block as expect.json writes it: without its signature and the fields that are the same in every
 * block (`citations: null`, the caller `direct`), with `*` for an id that may be any, and
 * with `partial_json` instead of an input that is no JSON (`raw`).
 */
function comparable({signature, ...block}, expected = {}, raw = undefined) {
  if (block.citations === null) delete block.citations;
  if (block.caller?.type === 'direct') delete block.caller;
  if (block.type === 'thinking') assert.equal(typeof signature, 'string', 'a thinking block has a signature');
  if (expected.id === '*') {
    assert.match(block.id, /^\S+$/, 'a tool_use block must have an id');
    block.id = '*';
  }
  if (expected.partial_json === undefined) return block;
  const {input, ...cut} = block;
  return {...cut, partial_json: raw};
}

/**
 * Compares content blocks with those of expect.json. `raws`: the JSON of tool inputs as it came, by index.
 */
export function assertContent(actual, expected, raws = []) {
  const plain = JSON.parse(JSON.stringify(actual));
  assert.deepEqual(plain.map((block, i) => comparable(block, expected[i], raws[i])), expected);
}

/** Compares a message, as the SDK gives it, with expect.json: usage only in the fields it names. */
export function assertMessage(message, expected, raws) {
  assertContent(message.content, expected.content, raws);
  assert.equal(message.stop_reason, expected.stop_reason);
  assert.equal(message.stop_sequence ?? null, expected.stop_sequence ?? null);
  for (const [field, count] of Object.entries(expected.usage ?? {}))
    assert.deepEqual(message.usage[field], count, `usage.${field}`);
}

const GOLDEN_COUNT = 1234;

/**
 * What differs from run to run in a text the proxy sent: message id and the tool ids made from it, request
 * id, the provider's address.
 */
function withoutChance(text) {
  const id = /"id":"msg_([^"]+)"/.exec(text)?.[1];
  return (id ? text.replaceAll(id, 'golden') : text)
      .replace(/,"request_id":"[^"]+"/g, '')
      .replace(/127\.0\.0\.1(:\d+)?/g, 'provider.test');
}

/**
 * The proxy's own count of the prompt, where the golden text shows the harness's constant: any positive
 * number will do.
 */
function withGoldenCount(text, golden) {
  const constant = `"input_tokens":${GOLDEN_COUNT}`;
  return golden?.includes(constant) ? text.replace(/"input_tokens":[1-9]\d*/, constant) : text;
}

const streamEvents = (text) => text.split(/(?<=\n\n)/).filter((event) => !event.startsWith('event: ping\n'));

/** A client's stream, comparable with client.sse: without pings, which come from the clock. */
export function normaliseStream(text, golden) {
  const expected = streamEvents(golden);
  return streamEvents(withoutChance(text)).map((event, i) => withGoldenCount(event, expected[i])).join('');
}

export const normaliseGoldenStream = (golden) => streamEvents(golden).join('');

/** A JSON answer, comparable with the minified golden one. */
export const normaliseJson = (text, golden) => withGoldenCount(withoutChance(text), golden);
