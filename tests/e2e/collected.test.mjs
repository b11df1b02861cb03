import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, describe, test} from 'node:test';

import {pairFor} from '../support/pair.mjs';
import {beginning, call, completion, completionStream, say, sse} from '../support/replies.mjs';
import {ask} from '../support/sdk_client.mjs';
import {allEvents, post, within} from '../support/wire.mjs';

/** Answers that the client wants whole: streamed by the provider, collected here. */

const OPTIONS = {
  timeout: 30_000
};
const folder = mkdtempSync(join(tmpdir(), 'collected-'));
after(() => rmSync(folder, {recursive: true}));

const tools = [{name: 'Bash', input_schema: {type: 'object', properties: {command: {type: 'string'}}}}];
const streamed = ({requests}) => requests.map(({body}) => body.stream ?? false);

/** A stream whose server says that a tool is called, and does not send the call. */
const absent = () => sse(completionStream(completion({finish: 'tool_calls'}), 'gpt-4o', true));

/** A server that reads the call in a whole answer only. */
const callOrAbsent = (body) => body.stream ? absent() : completion({calls: [call('Bash', {command: 'ls'})]});

test('an answer may take longer than REQUEST_TIMEOUT, which counts silence', OPTIONS, async (t) => {
  const {provider, proxy} = await pairFor(t, {REQUEST_TIMEOUT: '1', MAX_RETRIES: '0'});
  const bytes = completionStream(say('A long answer that comes slowly'), 'gpt-4o', true);
  provider.script([sse(bytes, {cut: Math.ceil(bytes.length / 6), pauseMs: 300})]);
  const begun = performance.now();
  const message = await (await post(proxy.url, ask())).json();
  assert.equal(message.content[0].text, 'A long answer that comes slowly');
  assert.ok(performance.now() - begun > 1_200, 'it was no longer than the limit');
  assert.deepEqual(streamed(provider), [true]);
});

describe('a stream that breaks', () => {
  for (const [how, broken] of [
         ['without the call that it announced', absent],
         ['in the middle', () => sse(beginning(say('It begins and never'), 4))],
         ['with a chunk that is no answer', () => sse('data: {"choices":[{"delta":{"content":"a"}\n\n')],
  ]) {
    test(`${how} while it is collected: the answer is asked for whole`, OPTIONS, async (t) => {
      const {provider, proxy} = await pairFor(t, {MAX_RETRIES: '1'});
      provider.script((body) => body.stream ? broken() : completion({calls: [call('Bash', {command: 'ls'})]}));
      const message = await (await post(proxy.url, ask({tools}))).json();
      assert.deepEqual(message.content.at(-1).input, {command: 'ls'});
      assert.equal(message.content.length, 1, 'nothing of the broken one is left');
      assert.deepEqual(streamed(provider), [true, false]);
    });
  }

  test('is repeated whole when the client repeats it without streaming', OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {MAX_RETRIES: '0'});
    provider.script(callOrAbsent);
    const first = await post(proxy.url, ask({tools, stream: true}));
    assert.match(await first.text(), /sent no call/);
    const message = await (await post(proxy.url, ask({tools}))).json();
    assert.deepEqual([message.stop_reason, message.content[0].name], ['tool_use', 'Bash']);
    assert.deepEqual(streamed(provider), [true, false]);
  });
});

const garbled = () => sse(completionStream(
    completion({calls: [{id: 'call_1', name: 'Bash', arguments: '{"command":"ls'}]}), 'gpt-4o', true));

for (const [how, lost] of [['lost', absent], ['garbled', garbled]]) {
  test(`where calls are ${how} in streams, the client that streams is served by whole answers too`, OPTIONS, async (t) => {
    const {provider, proxy} = await pairFor(t, {MAX_RETRIES: '0'});
    const made = completion({calls: [call('Bash', {command: 'ls'})]});
    provider.script((body) => !body.tools ? say('no tools') : body.stream ? lost() : made);
    assert.match(await (await post(proxy.url, ask({tools, stream: true}))).text(), /sent (no|the tool) call/);
    await within(5_000, 'the word about it', proxy.said(/gpt-4o lost a tool call in a stream: for 10 minutes/));
    const events = await allEvents(await post(proxy.url, ask({tools, stream: true})));
    const {content_block: block} = events.find(({name}) => name === 'content_block_start').data;
    assert.deepEqual([block.type, block.name], ['tool_use', 'Bash']);
    assert.equal(events.at(-1).name, 'message_stop');
    await allEvents(await post(proxy.url, ask({stream: true})));
    assert.deepEqual(streamed(provider), [true, false, true], 'without tools there is no call to lose');
  });
}

test('a provider whose streams do not tell their usage is asked for the whole', OPTIONS, async (t) => {
  const rules = join(folder, 'rules');
  writeFileSync(rules, '127.0.0.1 * include_usage=no\n');
  const {provider, proxy} = await pairFor(t, {PROFILES_FILE: rules});
  provider.script([completion({text: 'ok', usage: {prompt: 21, completion: 3}})]);
  const {usage} = await (await post(proxy.url, ask())).json();
  assert.deepEqual([usage.input_tokens, usage.output_tokens], [21, 3]);
  assert.deepEqual(streamed(provider), [false]);
});
