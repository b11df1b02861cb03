import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {npmMissing} from '../support/npm.mjs';
import {startPair} from '../support/pair.mjs';
import {call, completion, error} from '../support/replies.mjs';
import {within} from '../support/wire.mjs';

/**
 * Auto mode of the real Claude Code: it has each action checked, by a request of its own to the model, which is to answer with how harmful
 * the action is, from 0 to 100; from 50 on a second request decides.
 */

const LIMIT = {skip: npmMissing, timeout: 120_000};

const pair = startPair({BIG_MODEL: 'gpt-4o', SMALL_MODEL: 'gpt-4o-mini', AUTO_MODE_MODEL: 'gpt-4.1-mini', LOG_LEVEL: 'INFO'});

const isCheck = (body) => body.model === 'gpt-4.1-mini';

/** A session in which the model wants `command` run, and the check gets `verdict`, a text or a reply. */
async function session(t, command, verdict, variables = {}) {
  const directory = workingDirectory();
  t.after(() => directory.remove());
  const replies = [
    completion({calls: [call('Bash', {command: command(directory.path), description: 'does it'}, 'call_1')]}),
    completion({text: 'Done.'}),
  ];
  pair.provider.script((body) => isCheck(body) ?
      (typeof verdict === 'string' ? completion({text: verdict}) : verdict) :
      replies[Math.min(body.messages.filter(({role}) => role === 'assistant').length, 1)]);
  const result = await runClaude({
    url: pair.proxy.url,
    cwd: directory.path,
    args: ['Do it.'],
    permissions: ['--permission-mode', 'auto'],
    variables: {CLAUDE_CODE_AUTO_MODE_SERVER: '0', ...variables},
  });
  assert.equal(result.status, 0, result.stderr);
  assert.deepEqual(pair.provider.refusals, []);
  return {directory, result, checks: pair.provider.requests.filter(({body}) => isCheck(body))};
}

const command = (path) => `python3 -c 'open("${join(path, 'a.txt')}", "w").write("x")'`;

test('an action that the check lets pass runs, after one request to AUTO_MODE_MODEL', LIMIT, async (t) => {
  const {directory, result, checks} = await session(t, command, '<severity>5</severity>');
  assert.equal(result.result.result, 'Done.');
  assert.equal(readFileSync(join(directory.path, 'a.txt'), 'utf8'), 'x');
  assert.equal(checks.length, 1);
  assert.match(JSON.stringify(checks[0].body.messages.at(-1)), /a\.txt/);
});

test('an action that the check blocks does not run', LIMIT, async (t) => {
  const {directory, result, checks} = await session(t, command, '<thinking>bad</thinking><severity>95</severity><category>Destruction</category>');
  assert.ok(!existsSync(join(directory.path, 'a.txt')));
  assert.equal(result.toolResults.get('call_1')?.is_error, true);
  assert.ok(checks.length >= 1 && checks.length <= 2, `${checks.length} checks`);
});

/**
 * A check that fails denies its action. The client has two models asked, each up to five times, the provider once more for each: it is
 * told to make no retries, so that one action does not cost a user thirty requests of 36,000 tokens.
 */
const failing = {
  'an answer without a verdict': completion({text: 'I would love to help you with that!'}),
  'an answer without a verdict that is long': completion({text: 'Let me think about this. '.repeat(300)}),
  'an empty answer': completion({text: ''}),
  'a refusal of the provider': error(400, {error: {message: 'this is not allowed here', type: 'invalid_request_error'}}),
  'a provider that is broken': error(500, {error: {message: 'the engine died'}}),
  'a provider that is overloaded': error(503, {error: {message: 'overloaded'}}),
  'a rate limit': error(429, {error: {message: 'slow down', type: 'requests'}}),
};

for (const [name, reply] of Object.entries(failing)) {
  for (const quiet of ['1', undefined]) {
    test(`${name} costs fewer than six requests${quiet ? ' with nonessential traffic off' : ''}`, LIMIT, async (t) => {
      const {directory, result, checks} =
          await session(t, command, reply, {CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: quiet});
      assert.ok(!existsSync(join(directory.path, 'a.txt')));
      assert.equal(result.toolResults.get('call_1')?.is_error, true);
      assert.ok(checks.length >= 1 && checks.length < 6, `${checks.length} requests`);
    });
  }
}

const safeguards = [{type: 'dangerous_tool_use', classifier_context: {v: 1, permission_mode: 'auto', rules: {}}}];
const question = {
  model: 'claude-opus-4-1',
  max_tokens: 1000,
  messages: [{role: 'user', content: 'remove all'}],
  tools: [{name: 'Bash', input_schema: {type: 'object', properties: {command: {type: 'string'}}}}],
  safeguards,
};

for (const stream of [false, true]) {
  test(`safeguards get silence, no verdict that nobody made, ${stream ? 'in a stream' : 'in a message'}`, async () => {
    pair.provider.script([completion({calls: [call('Bash', {command: 'rm -rf /tmp/x'}, 'call_1')]})]);
    const answer = await fetch(`${pair.proxy.url}/v1/messages`, {
      method: 'POST',
      headers: {'content-type': 'application/json', 'anthropic-beta': 'safeguards-2026-05-01', 'x-api-key': 'any'},
      body: JSON.stringify({...question, stream}),
    });
    const text = await answer.text();
    assert.equal(answer.status, 200);
    assert.match(text, /rm -rf/);
    assert.match(text, /"stop_reason":"tool_use"/);
    assert.doesNotMatch(text, /safeguard|flagged/);
    assert.ok(!('safeguards' in pair.provider.requests.at(-1).body));
    pair.assertAccepted(1);
  });
}

test('count_tokens counts a check as AUTO_MODE_MODEL would', async () => {
  const rules = 'Answer <block>yes</block> or <block>no</block>. '.repeat(50);
  const check = {
    model: 'claude-sonnet-5',
    system: [{type: 'text', text: rules}],
    metadata: {user_id: '{}'},
    thinking: {type: 'disabled'},
    messages: [{role: 'user', content: 'x'}],
  };
  const answer = await fetch(`${pair.proxy.url}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: {'content-type': 'application/json', 'x-api-key': 'any'},
    body: JSON.stringify(check),
  });
  const {input_tokens: tokens} = await answer.json();
  assert.ok(tokens > 300, `${tokens}`);
  await within(5_000, 'the line of the log', pair.proxy.said(/count_tokens.*gpt-4\.1-mini/));
});
