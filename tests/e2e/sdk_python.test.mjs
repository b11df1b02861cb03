import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

import {startPair} from '../support/pair.mjs';
import {NEEDS_PYTHON, sdkPython} from '../support/python.mjs';
import {call, completion, error} from '../support/replies.mjs';
import {rowOf, rowsOf} from '../support/sdk_methods.mjs';

/** docs/sdk.md holds for Anthropic's SDK for Python too. */

const pair = startPair();
const rows = rowsOf(readFileSync(new URL('../../docs/sdk.md', import.meta.url), 'utf8'));
const ask = (task, input) => sdkPython(task, pair.proxy.url, input);

test('every method of the SDK for Python has a row', NEEDS_PYTHON, async () => {
  const names = await ask('methods');
  assert.ok(names.length > 350, `${names.length} methods`);
  assert.deepEqual(names.filter((name) => !rowOf(rows, name)), []);
});

test('what is not served says so in its own words to Python', NEEDS_PYTHON, async () => {
  const names = (await ask('methods')).filter((name) => rowOf(rows, name)?.answer === 'no');
  const failures = await ask('failures', names);
  const wrong = names.filter((name) => {
    const {status, type, message} = failures[name] ?? {};
    return status !== 404 || type !== 'not_found_error' || !message.includes(rowOf(rows, name).words);
  });
  assert.deepEqual(wrong.map((name) => [name, failures[name]]), []);
  assert.ok(names.length > 300, `${names.length} methods`);
});

const answers = {
  create: '{"n": 7}',
  raw_stream: ['message_start', 'message_stop'],
  stream: {pieces: '{"n": 7}', final: '{"n": 7}', stop_reason: 'end_turn', output: 10},
  parse: '{"n": 7}',
};

for (const prefix of ['', 'beta.']) {
  for (const [name, expected] of Object.entries(answers)) {
    test(`Python: ${prefix}messages ${name} is served`, NEEDS_PYTHON, async () => {
      pair.provider.script([completion({text: '{"n": 7}'})]);
      assert.deepEqual(await ask('served', prefix + name), expected);
    });
  }
  test(`Python: ${prefix}count_tokens and ${prefix}models are served`, NEEDS_PYTHON, async () => {
    assert.ok(await ask('served', `${prefix}count_tokens`) > 0);
    const {first, retrieved} = await ask('served', `${prefix}models`);
    assert.equal(first, retrieved);
  });
}

test('Python: the tool runner runs its tool and takes what it says back', NEEDS_PYTHON, async () => {
  pair.provider.script([completion({calls: [call('add', {a: 3, b: 4}, 'call_1')]}), completion({text: 'It is 7.'})]);
  assert.equal(await ask('served', 'beta.tool_runner'), 'It is 7.');
  const {messages} = pair.provider.requests.at(-1).body;
  assert.deepEqual(messages.slice(-2).map(({role}) => role), ['assistant', 'tool']);
  assert.equal(messages.at(-1).content, '7');
});

test('Python: the asynchronous client', NEEDS_PYTHON, async () => {
  pair.provider.script([completion({text: 'one'}), completion({text: 'two'})]);
  assert.deepEqual(await ask('asynchronous'), ['one', 'two']);
});

test('Python: every field of the types of an answer is there, but for that of a beta nobody asked for', NEEDS_PYTHON, async () => {
  pair.provider.script([completion({text: 'one'})]);
  assert.deepEqual(await ask('strict'), {message: ['input_transformations'], usage: [], block: []});
});

test('Python: an error of the provider is the exception that an error of Anthropic would be', NEEDS_PYTHON, async () => {
  pair.provider.script([400, 400].map((status) => error(status, {error: {message: 'temperature is too high'}})));
  const expected = 'BadRequestError 400 invalid_request_error';
  assert.deepEqual(await ask('caught'), [expected, expected]);
});
