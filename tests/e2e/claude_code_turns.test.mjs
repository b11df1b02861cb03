import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {prompt, runClaude, workingDirectory} from '../support/claude_code.mjs';
import {npmMissing} from '../support/npm.mjs';
import {pairFor} from '../support/pair.mjs';
import {call, completion, say} from '../support/replies.mjs';

/** A session of several prompts with the real Claude Code: what the provider's prefix cache sees of it. */

const LIMIT = {
  skip: npmMissing,
  timeout: 120_000
};

/** Four prompts: reading, a failing tool, thinking, writing, a tool that there is not, changing. */
function script(file) {
  return [
    completion({
      text: 'Look.',
      calls: [
        call('Read', {file_path: file('a.txt')}),
        call('Bash', {command: 'echo broken >&2; exit 3', description: 'fails'})
      ]
    }),
    say('First.'),
    completion({reasoning: 'hm', calls: [call('Bash', {command: 'echo 2', description: 'two'})]}),
    completion({calls: [call('Write', {file_path: file('b.txt'), content: 'new\n'})]}),
    say('Second.'),
    completion({text: 'Again.', calls: [call('NoSuchTool', {}), call('Read', {file_path: file('missing.txt')})]}),
    completion({calls: [call('Edit', {file_path: file('a.txt'), old_string: 'one', new_string: '1'})]}),
    say('Third.'),
    say('Last.'),
  ];
}

/** The bytes of a request up to the end of its last message. */
function conversation(raw) {
  const end = raw.indexOf('}],"max_tokens":');
  assert.ok(end > 0 && raw.indexOf('}],"max_tokens":', end + 1) < 0, 'max_tokens follows the messages, once');
  return raw.subarray(0, end + 1);
}

/** How many bytes two texts share at their beginning. */
function shared(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/** The numbers of the messages with a mark for Anthropic's cache. */
const marked = ({messages}) =>
    messages.flatMap((message, i) => (JSON.stringify(message).includes('"cache_control"') ? [i] : []));

test('the bytes of each request begin with the whole conversation so far', LIMIT, async (t) => {
  const environment = {BIG_MODEL: 'gpt-4o', SMALL_MODEL: 'gpt-4o-mini', LOG_BODIES: 'true'};
  const {provider, proxy} = await pairFor(t, environment);
  const work = workingDirectory();
  t.after(() => work.remove());
  const file = (name) => join(work.path, name);
  writeFileSync(file('a.txt'), 'one line\nzwei 😀\n');
  const {requests} = provider.script(script(file));
  const session = await runClaude({
    url: proxy.url,
    cwd: work.path,
    args: ['--input-format', 'stream-json'],
    input: ['Read a.txt.', 'Go on.', 'And the third.', 'Bye.'].map(prompt),
  });
  assert.deepEqual(
      session.events.filter(({type}) => type === 'result').map(({result}) => result),
      ['First.', 'Second.', 'Third.', 'Last.']);
  assert.deepEqual([provider.refusals, provider.unexpected, requests.length], [[], [], 9]);

  for (let i = 1; i < requests.length; i++) {
    const [earlier, later] = [conversation(requests[i - 1].raw), requests[i].raw];
    const same = shared(earlier, later);
    const there = later.subarray(Math.max(0, same - 80), same + 80);
    assert.equal(same, earlier.length, `request ${i} is another one at byte ${same}: ${there}`);
  }

  const marks = proxy.clientBodies.map(marked);
  assert.equal(marks.length, requests.length);
  for (let i = 1; i < marks.length; i++) {
    assert.ok(!marks[i].includes(marks[i - 1].at(-1)), 'the client itself takes its marks off earlier messages');
  }
});
