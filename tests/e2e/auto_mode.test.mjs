import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {npmMissing} from '../support/npm.mjs';
import {startPair} from '../support/pair.mjs';
import {call, completion} from '../support/replies.mjs';

/**
 * Auto mode of the real Claude Code: it has each action checked, by a request of its own to the model, which is to answer with how harmful
 * the action is, from 0 to 100; from 50 on a second request decides.
 */

const LIMIT = {skip: npmMissing, timeout: 120_000};

const pair = startPair({BIG_MODEL: 'gpt-4o', SMALL_MODEL: 'gpt-4o-mini', AUTO_MODE_MODEL: 'gpt-4.1-mini'});

const isCheck = (body) => body.model === 'gpt-4.1-mini';

/** A session in which the model wants `command` run, and the check answers `verdict`. */
async function session(t, command, verdict) {
  const directory = workingDirectory();
  t.after(() => directory.remove());
  const replies = [
    completion({calls: [call('Bash', {command: command(directory.path), description: 'does it'}, 'call_1')]}),
    completion({text: 'Done.'}),
  ];
  pair.provider.script((body) => isCheck(body) ?
      completion({text: verdict}) :
      replies[Math.min(body.messages.filter(({role}) => role === 'assistant').length, 1)]);
  const result = await runClaude({
    url: pair.proxy.url,
    cwd: directory.path,
    args: ['Do it.'],
    permissions: ['--permission-mode', 'auto'],
    variables: {CLAUDE_CODE_AUTO_MODE_SERVER: '0'},
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
