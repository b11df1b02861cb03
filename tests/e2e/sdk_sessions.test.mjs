import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, describe, test} from 'node:test';

import {pairFor, startPair} from '../support/pair.mjs';
import {call, completion, say} from '../support/replies.mjs';
import {ask, clientOf, NEEDS_SDK} from '../support/sdk_client.mjs';

/** Sessions of several turns as the official SDK keeps them: threads, compactions, thinking that is not shown. */

const pair = startPair({MAX_RETRIES: '0'});
const sent = (provider) => provider.requests.map(({body}) => body.messages.map(
    ({role, content, tool_calls: calls}) => (calls ? `${role} calls ${calls[0].function.name}` : `${role}: ${content}`)));

const weather = (asked) => ({
  name: 'weather',
  description: 'The weather',
  input_schema: {type: 'object', properties: {city: {type: 'string'}}},
  parse: (input) => input,
  run: ({city}) => {
    asked.push(city);
    return `sunny in ${city}`;
  },
});

for (const stream of [false, true]) {
  test(`the tool runner sends the whole conversation each turn, ${stream ? 'streamed' : 'whole'}`, NEEDS_SDK, async () => {
    const asked = [];
    pair.provider.script([
      completion({calls: [call('weather', {city: 'Bonn'}, 'call_1')]}),
      completion({calls: [call('weather', {city: 'Rome'}, 'call_2')]}),
      say('Sunny in both.'),
    ]);
    const runner = clientOf(pair.proxy.url).beta.messages.toolRunner(
        {...ask({messages: [{role: 'user', content: 'Bonn and Rome?'}]}), tools: [weather(asked)], stream});
    const message = await runner.runUntilDone();
    assert.equal(message.content.at(-1).text, 'Sunny in both.');
    assert.deepEqual(asked, ['Bonn', 'Rome']);
    pair.assertAccepted(3);
    assert.deepEqual(sent(pair.provider).at(-1), [
      'user: Bonn and Rome?', 'assistant calls weather', 'tool: sunny in Bonn', 'assistant calls weather',
      'tool: sunny in Rome'
    ]);
  });
}

test('a thread is refused in the words on which the SDK goes on without', NEEDS_SDK, async () => {
  pair.provider.script([]);
  const client = clientOf(pair.proxy.url);
  const error = await client.beta.messages.create({...ask(), thread: {type: 'create'}}).catch((thrown) => thrown);
  assert.equal(error.status, 400);
  assert.equal(error.error.error.details.error_code, 'thread_unsupported_request');
  assert.deepEqual(error.error.error.details.unsupported, ['thread']);
  pair.assertAccepted(0);
});

for (const stream of [false, true]) {
  test(`a compaction is answered as one block and read in the next turn, ${stream ? 'streamed' : 'whole'}`, NEEDS_SDK, async () => {
    pair.provider.script([
      completion({reasoning: 'what mattered?', text: 'The port is 8080.'}),
      say('8080.'),
    ]);
    const {messages} = clientOf(pair.proxy.url).beta;
    const send = (body) => (stream ? messages.stream(body).finalMessage() : messages.create(body));
    const history = [
      {role: 'user', content: 'Use port 8080.'}, {role: 'assistant', content: 'Yes.'}, {role: 'user', content: 'Thanks.'}
    ];
    const compacted = await send({...ask({messages: history}), compaction: {type: 'summarize'}});
    assert.equal(compacted.stop_reason, 'compaction');
    assert.deepEqual(compacted.content, [{type: 'compaction', content: 'The port is 8080.', encrypted_content: null}]);
    const next = await send(ask({messages: [{role: 'assistant', content: compacted.content}, {role: 'user', content: 'Which port?'}]}));
    assert.equal(next.content.at(-1).text, '8080.');
    pair.assertAccepted(2);
    const [asking, reading] = sent(pair.provider);
    assert.deepEqual(asking.slice(0, 3), ['user: Use port 8080.', 'assistant: Yes.', 'user: Thanks.']);
    assert.match(asking[3], /^user: Summarize this conversation/);
    assert.deepEqual(reading, ['assistant: The port is 8080.', 'user: Which port?']);
  });
}

test('the tool runner compacts between turns', NEEDS_SDK, async () => {
  pair.provider.script([
    completion({calls: [call('weather', {city: 'Bonn'}, 'call_1')]}),
    say('Bonn is sunny, that is all so far.'),
    say('Done.'),
  ]);
  const runner = clientOf(pair.proxy.url).beta.messages.toolRunner(
      {...ask({messages: [{role: 'user', content: 'Bonn?'}]}), tools: [weather([])]});
  if (!runner.compactBeforeNextTurn) return;
  let turns = 0;
  for await (const message of runner) {
    if (++turns === 1) runner.compactBeforeNextTurn();
    if (turns === 2) assert.equal(message.stop_reason, 'compaction');
  }
  assert.equal(turns, 3);
  pair.assertAccepted(3);
  assert.match(sent(pair.provider).at(-1).join('\n'), /Bonn is sunny, that is all so far\./);
});

describe('thinking.display: omitted', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rules-'));
  after(() => rmSync(directory, {recursive: true}));
  for (const stream of [false, true]) {
    test(`no text of it is shown, and it comes back to the provider, ${stream ? 'streamed' : 'whole'}`, NEEDS_SDK, async (t) => {
      const path = join(directory, 'rules');
      writeFileSync(path, '127.0.0.1 * replay=always\n');
      const {provider, proxy, ...rest} = await pairFor(t, {MAX_RETRIES: '0', PROFILES_FILE: path}, {strict: false});
      provider.script([completion({reasoning: 'a secret plan', text: 'Yes.'}), say('Again.')]);
      const {messages} = clientOf(proxy.url).beta;
      const send = (body) => (stream ? messages.stream(body).finalMessage() : messages.create(body));
      const thinking = {type: 'adaptive', display: 'omitted'};
      const first = await send({...ask(), thinking});
      assert.deepEqual(first.content.map(({type}) => type), ['thinking', 'text']);
      assert.equal(first.content[0].thinking, '');
      assert.match(first.content[0].signature, /^ccp/);
      await send({...ask({messages: [...ask().messages, {role: 'assistant', content: first.content}, {role: 'user', content: 'And?'}]}), thinking});
      const {body} = provider.requests[1];
      assert.equal(body.messages.find(({role}) => role === 'assistant').reasoning_content, 'a secret plan');
      assert.deepEqual([provider.refusals, provider.unexpected], [[], []]);
    });
  }
});
