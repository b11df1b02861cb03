import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {describe, test} from 'node:test';
import {fileURLToPath} from 'node:url';

import {npmMissing, o200kTokens, tiktoken} from '../support/npm.mjs';
import {pairFor, startPair} from '../support/pair.mjs';
import {beginning, completion, error, json, say, staged} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {allEvents, eventsOf, gate, post} from '../support/wire.mjs';

/** Our token counts against OpenAI's tokenizer. */

const OPTIONS = {
  skip: npmMissing,
  timeout: 120_000
};
const root = fileURLToPath(new URL('../../', import.meta.url));
const pair = startPair();

/** A fixed sequence of numbers in [0, 1). */
function* numbers(seed) {
  for (;;) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    yield seed / 2 ** 32;
  }
}
const series = (count, seed, make) => {
  const random = numbers(seed);
  const next = (below) => Math.floor(random.next().value * below);
  return Array.from({length: count}, () => make(next)).join('');
};
const pick = (list) => (next) => list[next(list.length)];
const filesOf = (folder, pattern) => readdirSync(root + folder, {recursive: true})
                                         .filter((name) => pattern.test(name))
                                         .sort()
                                         .map((name) => readFileSync(`${root}${folder}/${name}`, 'utf8'))
                                         .join('\n');
const anyCodePoint = (next) => {
  const codePoint = next(0x110000 - 0x800);
  return String.fromCodePoint(codePoint < 0xd800 ? codePoint : codePoint + 0x800);
};
const chinese = (next) => next(10) ? String.fromCodePoint(0x4e00 + next(0x51a0)) : pick([...'，。的是不了在人有\n'])(next);
const emoji = (next) => next(5) ? String.fromCodePoint(0x1f300 + next(0x3ff)) :
                                  pick(['\u0301', '\u20e3', '\ufe0f', '\u200d', '🏽', ' ', 'e\u0301', 'A\u0308'])(next);
const SCRAPS = [
  'a', 'A', 'é', 'É', 'ǅ', 'ʰ', '中', '\u0301', '1', '٣', '½', ' ', '  ', '\n', '\r\n', '\t', '\u00a0', '\u3000', '\ufeff',
  '\u0085', '\u2028', '\'', '\'s', '\'LL', '\'ſ', '\'re', '.', '!', '/', '//', '😀', '👨‍👩‍👧', '-', '_', 'ß', '𝒜', 'ą', 'Ж', 'カ', '한', 'ก็', 'ि',
];

const CORPORA = {
  prose: () => filesOf('docs', /\.md$/) + readFileSync(`${root}README.md`, 'utf8'),
  code: () => filesOf('src', /\.(cc|h)$/),
  Chinese: () => series(60_000, 1, chinese),
  'emoji and combining marks': () => series(60_000, 2, emoji),
  '300,000 random code points': () => series(300_000, 3, anyCodePoint),
  'what the rules for splitting tell apart': () => series(100_000, 4, pick(SCRAPS)),
  'runs of one character': () => ['a', 'A', ' ', '\n', '!', '1', '中'].map((c) => c.repeat(3_000)).join('x'),
};

const count = async (content, more = {}, {proxy} = pair) => {
  const {max_tokens: _, ...body} = ask({messages: [{role: 'user', content}], ...more});
  const response = await post(proxy.url, body, {path: '/v1/messages/count_tokens'});
  assert.equal(response.status, 200);
  return (await response.json()).input_tokens;
};

describe('exact counts', () => {
  for (const [name, make] of Object.entries(CORPORA)) {
    test(name, OPTIONS, async () => {
      const encoding = tiktoken.get_encoding('o200k_base');
      const text = make();
      const expected = encoding.encode_ordinary(text).length;
      encoding.free();
      assert.ok(expected > 1000, `${expected}`);
      assert.equal(await count(text) - await count(''), expected);
      assert.equal(await count(text) - await count(''), expected, 'out of the memory');
    });
  }

  test('the data is that of OpenAI\'s own package', OPTIONS, () => {
    const ours = readFileSync(`${root}src/tokens/o200k_base.ranks`);
    const theirs = Buffer.concat(o200kTokens().flatMap((token) => [Buffer.from([token.length]), token]));
    assert.ok(ours.equals(theirs));
  });

  test('a tool counts as the model sees it, not as JSON', OPTIONS, async () => {
    const encoding = tiktoken.get_encoding('o200k_base');
    const tool = (description) => ({tools: [{name: 'get', description, input_schema: {type: 'object', properties: {a: {type: 'string'}}}}]});
    const seen = encoding.encode_ordinary('// Gets it.\ntype get = (_: {\na?: string,\n}) => any;\n\n').length;
    encoding.free();
    const head = await count('', {tools: [{name: 'x'}]}) - await count('') - 7;  // "type x = () => any;\n\n"
    assert.equal(await count('', tool('Gets it.')) - await count('') - head, seen);
  });
});

describe('on the way', () => {
  const long = 'How are you? '.repeat(20_000);
  const startOf = (events) => events.find(({name}) => name === 'message_start').data.message.usage.input_tokens;

  test('message_start carries the count, also of a long prompt', OPTIONS, async () => {
    pair.provider.script([say('fine')]);
    const body = ask({stream: true, messages: [{role: 'user', content: long + 'unseen'}]});
    const start = startOf(await allEvents(await post(pair.proxy.url, body)));
    assert.equal(start, await count(long + 'unseen'));
    assert.ok(start > 80_000);
  });

  test('a megabyte of one character delays no stream', OPTIONS, async () => {
    const held = gate();
    const reply = say('slow');
    pair.provider.script([staged([beginning(reply, 2), held.passed, 'data: [DONE]\n\n'])]);
    const stream = eventsOf(await post(pair.proxy.url, ask({stream: true})));
    for (let event; event?.name !== 'content_block_delta';) event = (await stream.next()).value;
    const counting = count('q'.repeat(1 << 20));
    const started = performance.now();
    await fetch(`${pair.proxy.url}/health`);  // the count is under way when this one has been read
    held.open();
    assert.equal((await stream.next()).value.name, 'content_block_stop');
    const waited = performance.now() - started;
    const tokens = await counting;
    const counted = performance.now() - started;
    assert.ok(tokens > 100_000);
    assert.ok(waited < counted / 2, `${waited} ms beside a count of ${counted} ms`);
  });

  test('the provider\'s own counts correct ours', OPTIONS, async (t) => {
    const own = await pairFor(t);
    const content = 'How are you? '.repeat(500);
    const ours = await count(content);
    const body = ask({stream: true, messages: [{role: 'user', content}]});
    own.provider.script(() => completion({text: 'fine', usage: {prompt: Math.round(ours * 1.5), completion: 2}}));
    const first = startOf(await allEvents(await post(own.proxy.url, body)));
    const second = startOf(await allEvents(await post(own.proxy.url, body)));
    assert.equal(first, ours);
    assert.ok(Math.abs(second - ours * 1.5) <= ours * 0.01, `${second} for ${ours}`);
  });
});

describe('a provider that counts itself', () => {
  const TOOL = {name: 'get', description: 'Gets.', input_schema: {type: 'object', properties: {}}};
  const vllm = {models: [{id: 'gpt-4o', owned_by: 'vllm'}]};
  const llamacpp = {models: [{id: 'qwen3.gguf', owned_by: 'llamacpp'}]};
  const tokens = (count) => json({tokens: Array.from({length: count}, (_, i) => i)});

  test('vLLM: /tokenize beside /v1 gets messages and tools, once the list has shown the owner', OPTIONS, async (t) => {
    const asked = [];
    const endpoints = {'/tokenize': (body) => asked.push(body) && json({count: 1234, max_model_len: 9, tokens: []})};
    const own = await pairFor(t, {}, {...vllm, endpoints});
    assert.equal(await count('Hi', {system: 'Be brief.', tools: [TOOL]}, own), 1234);
    assert.equal(await count('Hi', {}, own), 1234);
    assert.equal(own.provider.modelRequests, 1);
    assert.deepEqual(asked, [
      {
        model: 'gpt-4o',
        messages: [{role: 'system', content: 'Be brief.'}, {role: 'user', content: 'Hi'}],
        tools: [{type: 'function', function: {name: 'get', description: 'Gets.', parameters: TOOL.input_schema}}]
      },
      {model: 'gpt-4o', messages: [{role: 'user', content: 'Hi'}]},
    ]);
    own.assertAccepted(0);
  });

  test('llama.cpp: the template first, then its text', OPTIONS, async (t) => {
    const asked = [];
    const own = await pairFor(t, {}, {
      ...llamacpp,
      endpoints: {
        '/apply-template': ({model, messages}) => json({prompt: `<${model}>${messages[0].content}`}),
        '/tokenize': (body) => asked.push(body) && tokens(77),
      }
    });
    assert.equal(await count('Hi', {}, own), 77);
    assert.deepEqual(asked, [{model: 'gpt-4o', content: '<gpt-4o>Hi', add_special: true, parse_special: true}]);
  });

  test('its count corrects ours for streams', OPTIONS, async (t) => {
    const content = 'How are you? '.repeat(500);
    const ours = await count(content);
    const own = await pairFor(t, {}, {...vllm, endpoints: {'/tokenize': () => json({count: ours * 2})}});
    assert.equal(await count(content, {}, own), ours * 2);
    own.provider.script([say('fine')]);
    const events = await allEvents(await post(own.proxy.url, ask({stream: true, messages: [{role: 'user', content}]})));
    const told = events.find(({name}) => name === 'message_start').data.message.usage.input_tokens;
    assert.ok(Math.abs(told - ours * 2) <= ours * 0.02, `${told} for ${ours * 2}`);
  });

  for (const [name, reply, again] of [
         ['has no such endpoint', () => error(404, {detail: 'Not Found'}), false],
         ['refuses this prompt', () => error(400, {error: {message: 'template error'}}), true],
         ['answers with nonsense', () => json({hello: 1}), true],
       ]) {
    test(`where it ${name} the count is ours`, OPTIONS, async (t) => {
      let asked = 0;
      const own = await pairFor(t, {}, {...vllm, endpoints: {'/tokenize': () => ++asked && reply()}});
      const ours = await count('How are you?');
      assert.equal(await count('How are you?', {}, own), ours);
      assert.equal(await count('How are you?', {}, own), ours);
      assert.equal(asked, again ? 2 : 1);
    });
  }

  test('a prompt with an image is counted here', OPTIONS, async (t) => {
    let asked = 0;
    const own = await pairFor(t, {}, {...vllm, endpoints: {'/tokenize': () => ++asked && json({count: 5})}});
    const image = [{type: 'image', source: {type: 'url', url: 'https://example.com/a.png'}}];
    assert.equal(await count(image, {}, own), await count(image));
    assert.equal(asked, 0);
  });

  test('other owners are not asked, nor is the list a second time', OPTIONS, async (t) => {
    const own = await pairFor(t, {}, {models: [{id: 'gpt-4o', owned_by: 'openai'}]});
    const ours = await count('How are you?');
    assert.equal(await count('How are you?', {}, own), ours);
    assert.equal(await count('How are you?', {}, own), ours);
    assert.equal(own.provider.modelRequests, 1);
    own.assertAccepted(0);
  });
});
