import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {oldestClaude, oldestMissing} from '../support/npm.mjs';
import {pairFor} from '../support/pair.mjs';
import {call, completion, error, say} from '../support/replies.mjs';

/** The oldest Claude Code that is supported still works: a tool loop, an overflow and its compaction. */

const LIMIT = {
  skip: oldestMissing,
  timeout: 120_000
};

test('the oldest supported client reads a file, compacts and ends its task', LIMIT, async (t) => {
  const directory = workingDirectory();
  t.after(() => directory.remove());
  const path = join(directory.path, 'a.txt');
  writeFileSync(path, 'one line\n');
  const {provider, proxy} = await pairFor(t, {BIG_MODEL: 'local', MIDDLE_MODEL: 'local', SMALL_MODEL: 'local'});
  const read = () => completion({calls: [call('Read', {file_path: path})]});
  const overflow = error(400, {
    error: {message: 'This model\'s maximum context length is 30000 tokens. However, your messages resulted in 41000 tokens.', code: 'context_length_exceeded'}
  });
  provider.script([read(), read(), overflow, say('<summary>a.txt was read.</summary>'), say('Done.')]);
  const session = await runClaude({url: proxy.url, cwd: directory.path, args: ['Read a.txt'], program: oldestClaude});
  assert.deepEqual([session.result.is_error, session.result.result], [false, 'Done.']);
  assert.ok([...session.toolResults.values()].some(({content}) => JSON.stringify(content).includes('one line')));
  assert.deepEqual([provider.refusals, provider.unexpected], [[], []]);
});
