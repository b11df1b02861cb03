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

/** A block of the SDK's in the words of blocksOf; `raw` is the JSON of its input as it came. */
function seen(block, expected, raw) {
  if (block.type === 'text') return {type: 'text', text: block.text};
  if (block.type === 'thinking') {
    assert.match(block.signature, /./, 'a thinking block has a signature');
    return {type: 'thinking', text: block.thinking};
  }
  assert.match(block.id, /^[\w-]+$/);
  return {type: block.type, id: expected?.id === '*' ? '*' : block.id, name: block.name, input: block.input, raw};
}

function assertUsage(usage, {answer, stream}) {
  const {prompt, cached, completion} = answer.usage;
  const got = [usage.input_tokens, usage.cache_read_input_tokens ?? 0, usage.output_tokens];
  if (stream.countsTokens) return assert.deepEqual(got, [prompt - cached, cached, completion]);
  assert.ok(got[0] > 0 && got[1] === 0 && got[2] > 0, `our own estimate: ${got}`);
}

/** The message is what the answer means; `raws` are the inputs as they came. */
function assertMeaning(message, parts, scene, raws) {
  const {answer, showsThinking} = scene;
  const blocks = blocksOf(parts, showsThinking);
  const expected = blocks.map((block, i) => {
    if (block.type !== 'tool_use') return block;
    const {json: written, input, ...rest} = block;
    const isCut = answer.cut && i === blocks.length - 1;
    return isCut ? {...rest, raw: written} : {...rest, input};
  });
  const content = message.content.map((block, i) => seen(block, expected[i], raws?.[i])).map((block, i) => {
    const {raw, input, ...rest} = block;
    if (block.type !== 'tool_use') return block;
    if (expected[i]?.raw !== undefined) return {...rest, raw};
    if (raws) assert.deepEqual(JSON.parse(raw), input, 'the input as the SDK reads it');
    return {...rest, input};
  });
  assert.deepEqual(content, expected);
  const ids = message.content.flatMap(({id}) => id ?? []);
  assert.equal(new Set(ids).size, ids.length, `ids are unique: ${ids}`);
  assert.equal(message.stop_reason, stopReasonOf(answer));
  assert.equal(message.stop_sequence, message.stop_reason === 'stop_sequence' ? answer.matched : null);
}

async function assertStream(seed, scene) {
  let events;
  const client = clientOf(pair.proxy.url, {
    fetch: async (...args) => {
      const response = await fetch(...args);
      events = allEvents(response.clone());
      return response;
    }
  });
  const message = await client.messages.stream(request(seed, 'stream', scene)).finalMessage();
  const raws = assertLegal(await events);
  assertMeaning(message, scene.answer.parts, scene, raws);
  assertUsage(message.usage, scene);
}

async function assertCreate(seed, form, parts, scene) {
  const message = await clientOf(pair.proxy.url).messages.create(request(seed, form, scene));
  assertMeaning(message, parts, scene);
  assertUsage(message.usage, form === 'whole' ? {...scene, stream: {countsTokens: true}} : scene);
}

describe('an answer of a model', {concurrency: 8}, () => {
  for (const seed of SEEDS) {
    test(`STREAM_SEED=${seed}`, NEEDS_SDK, async (t) => {
      serve();
      const scene = scenario(seed);
      if (ONE) t.diagnostic(`${JSON.stringify(scene.answer, null, 1)}\n${scene.stream.bytes}`);
      await assertStream(seed, scene);
      if (scene.answer.cut) return;  // a message that comes whole cannot show a cut input
      await assertCreate(seed, 'collected', scene.answer.parts, scene);
      await assertCreate(seed, 'whole', wholeOrder(scene.answer.parts), scene);
    });
  }
});
