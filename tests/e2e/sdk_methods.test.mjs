import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

import {startPair} from '../support/pair.mjs';
import {completion} from '../support/replies.mjs';
import {ask, clientOf, NEEDS_SDK} from '../support/sdk_client.mjs';
import {methodsOf, rowOf, rowsOf} from '../support/sdk_methods.mjs';

/** docs/sdk.md holds for every method that the official SDK has. */

const pair = startPair();
const rows = rowsOf(readFileSync(new URL('../../docs/sdk.md', import.meta.url), 'utf8'));
const methods = () => methodsOf(clientOf(pair.proxy.url));

/** Parameters that have whatever is asked of them: an id for each `…_id`, else nothing. */
const anything = () => new Proxy({}, {
  get: (_, key) => typeof key === 'string' && /(_id|target|version)$/.test(key) ? 'x' : undefined,
});

/** The error with which the call ends, whether its first parameter is an id or an object. */
async function failureOf(call) {
  let last;
  for (const args of [['x', anything()], [anything()], ['x']]) {
    try {
      const answer = await call(...args);
      return assert.fail(`it was answered: ${JSON.stringify(answer)}`);
    } catch (error) {
      if (error.status === 404 || error.code === 'ERR_ASSERTION') return error;
      last = error;
    }
  }
  return last;
}

test('every method has a row, and every row a method', NEEDS_SDK, () => {
  const names = methods().map(({name}) => name);
  assert.deepEqual(names.filter((name) => !rowOf(rows, name)), []);
  const used = new Set(names.map((name) => rowOf(rows, name)));
  assert.deepEqual(rows.filter((row) => !used.has(row)), []);
});

test('what is not served says so in its own words', {...NEEDS_SDK, timeout: 120_000}, async () => {
  const wrong = [];
  let asked = 0;
  for (const {name, call} of methods()) {
    const row = rowOf(rows, name);
    if (row?.answer !== 'no') continue;
    ++asked;
    const error = await failureOf(call);
    if (error.status !== 404 || error.type !== 'not_found_error' || !error.message.includes(row.words)) {
      wrong.push(`${name}: ${error}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(asked > 200, `${asked} methods`);
});

const schema = {type: 'object', properties: {n: {type: 'integer'}}, required: ['n'], additionalProperties: false};
const parsed = {output_config: {format: {type: 'json_schema', schema}}};
const served = {
  create: async (messages) => (await messages.create(ask())).content[0].text,
  parse: async (messages) => (await messages.parse(ask(parsed))).content[0].text,
  stream: (messages) => messages.stream(ask()).finalText(),
  toolRunner: async (messages) => (await messages.toolRunner(ask({tools: []})).runUntilDone()).content[0].text,
};

for (const beta of [false, true]) {
  const prefix = beta ? 'beta.' : '';
  for (const name of ['create', 'parse', 'stream', ...(beta ? ['toolRunner'] : [])]) {
    test(`${prefix}messages.${name} is served`, NEEDS_SDK, async () => {
      pair.provider.script([completion({text: '{"n": 7}'})]);
      const client = clientOf(pair.proxy.url);
      assert.equal(await served[name]((beta ? client.beta : client).messages), '{"n": 7}');
    });
  }
  test(`${prefix}messages.countTokens and ${prefix}models are served`, NEEDS_SDK, async () => {
    const client = beta ? clientOf(pair.proxy.url).beta : clientOf(pair.proxy.url);
    const {max_tokens: _, ...question} = ask();
    assert.ok((await client.messages.countTokens(question)).input_tokens > 0);
    const {data: [{id}]} = await client.models.list();
    assert.equal((await client.models.retrieve(id)).id, id);
  });
}
