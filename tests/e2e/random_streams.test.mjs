import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {assertLegal} from '../support/legal_events.mjs';
import {startPair} from '../support/pair.mjs';
import {Random, randomAnswer, STOP} from '../support/random_answer.mjs';
import {blocksOf, stopReasonOf, wholeOrder} from '../support/random_meaning.mjs';
import {randomStream, wholeAnswer} from '../support/random_stream.mjs';
import {json, sse} from '../support/replies.mjs';
import {ask, clientOf, NEEDS_SDK} from '../support/sdk_client.mjs';
import {allEvents} from '../support/wire.mjs';

/**
 * Any legal stream of a provider becomes a legal stream of messages, and the official SDK reads from it what the model meant.
 * STREAM_SEED=7 runs only the answer 7 and prints what the provider sent.
 */

const ONE = process.env.STREAM_SEED;
const SEEDS = ONE ? [Number(ONE)] : Array.from({length: 400}, (_, seed) => seed);

const pair = startPair({MAX_RETRIES: '0'});

/** The answer of a seed in all its forms. The ids that the client sees are settled with the stream. */
function scenario(seed) {
  const random = new Random(seed);
  const answer = randomAnswer(random);
  const stream = randomStream(random, answer);
  return {answer, stream, whole: wholeAnswer(random, answer), showsThinking: !random.oneIn(5)};
}

/** What the provider answers: the request says which answer, and in which form. */
const REPLIES = {
  stream: ({stream}) => sse(stream.bytes, {cut: stream.cut}),
  collected: ({stream}) => sse(stream.bytes, {cut: Infinity}),
  whole: ({whole}) => json(whole),
};

const request = (seed, form, {showsThinking}) => ask({
  messages: [{role: 'user', content: `${form} ${seed}`}],
  stop_sequences: [STOP],
  ...(!showsThinking && {thinking: {type: 'disabled'}}),
});

function serve() {
  pair.provider.script((body) => {
    const [form, seed] = body.messages[0].content.split(' ');
    return REPLIES[form](scenario(Number(seed)));
  });
}

/** A block of the SDK's in the words of blocksOf. A cut input is compared as it came: `raw`. */
function seen(block, expected, raw) {
  if (block.type === 'text') return {type: 'text', text: block.text};
  if (block.type === 'thinking') {
    assert.match(block.signature, /./, 'a thinking block has a signature');
    return {type: 'thinking', text: block.thinking};
  }
  assert.match(block.id, /^[\w-]+$/);
  const call = {type: block.type, id: expected?.id === '*' ? '*' : block.id, name: block.name};
  if (expected?.json !== undefined) return {...call, json: raw};
  if (raw !== undefined) assert.deepEqual(JSON.parse(raw), block.input, 'the input as the SDK reads it');
  return {...call, input: block.input};
}

/** The blocks of an answer with what can be compared of a call: its input, or how far it came. */
function expectedBlocks({answer, showsThinking}) {
  const blocks = blocksOf(answer.parts, showsThinking);
  return blocks.map(({json: written, input, ...rest}, i) => {
    if (rest.type !== 'tool_use') return rest;
    return answer.cut && i === blocks.length - 1 ? {...rest, json: written} : {...rest, input};
  });
}

function assertUsage(usage, {answer, stream}) {
  const {prompt, cached, completion} = answer.usage;
  const got = [usage.input_tokens, usage.cache_read_input_tokens ?? 0, usage.output_tokens];
  if (stream.countsTokens) return assert.deepEqual(got, [prompt - cached, cached, completion]);
  assert.ok(got[0] > 0 && got[1] === 0 && got[2] > 0, `our own estimate: ${got}`);
}

/** The message is what the answer means; `raws` are the inputs as they came. */
function assertMeaning(message, scene, raws = []) {
  const expected = expectedBlocks(scene);
  assert.deepEqual(message.content.map((block, i) => seen(block, expected[i], raws[i])), expected);
  const ids = message.content.flatMap(({id}) => id ?? []);
  assert.equal(new Set(ids).size, ids.length, `ids are unique: ${ids}`);
  const {usage, finish} = scene.answer;
  // `length` far below what was asked for: the window is full.
  const full = finish === 'length' && usage.prompt >= 1000 && message.stop_reason === 'model_context_window_exceeded';
  assert.equal(full ? 'max_tokens' : message.stop_reason, stopReasonOf(scene.answer));
  assert.equal(message.stop_sequence, message.stop_reason === 'stop_sequence' ? scene.answer.matched : null);
  assertUsage(message.usage, scene);
}

/** A whole answer of the provider has its parts in another order, and always counts its tokens. */
const toldWhole = (scene) =>
    ({...scene, answer: {...scene.answer, parts: wholeOrder(scene.answer.parts)}, stream: {countsTokens: true}});

async function assertStream(seed, form, scene) {
  let events;
  const client = clientOf(pair.proxy.url, {
    fetch: async (...args) => {
      const response = await fetch(...args);
      events = allEvents(response.clone());
      return response;
    }
  });
  const message = await client.messages.stream(request(seed, form, scene)).finalMessage();
  assertMeaning(message, scene, assertLegal(await events));
}

async function assertCreate(seed, form, scene) {
  assertMeaning(await clientOf(pair.proxy.url).messages.create(request(seed, form, scene)), scene);
}

describe('an answer of a model', {concurrency: 8}, () => {
  for (const seed of SEEDS) {
    test(`STREAM_SEED=${seed}`, NEEDS_SDK, async (t) => {
      serve();
      const scene = scenario(seed);
      if (ONE) t.diagnostic(`${JSON.stringify(scene.answer, null, 1)}\n${scene.stream.bytes}`);
      await assertStream(seed, 'stream', scene);
      await assertStream(seed, 'whole', toldWhole(scene));
      if (scene.answer.cut) return;  // a message that comes whole cannot show a cut input
      await assertCreate(seed, 'collected', scene);
      await assertCreate(seed, 'whole', toldWhole(scene));
    });
  }
});
