import assert from 'node:assert/strict';
import {test} from 'node:test';

import {goldenCases} from '../support/golden.mjs';
import {startPair} from '../support/pair.mjs';
import {beginning, error, say, staged} from '../support/replies.mjs';
import {NEEDS_TYPES, typeErrors} from '../support/sdk_types.mjs';
import {gate} from '../support/wire.mjs';

/**
 * Every answer of the golden corpus is what the types of the official SDK say it is, with and without beta: programs that rely on
 * them read a field that may be null without asking whether it is there.
 */

const OWN_WORDS = ['text', 'thinking', 'signature', 'partial_json', 'data'];

/** The value with what is said in it shortened: only its types count, and many are the same but for that. */
const short = (value) => JSON.parse(JSON.stringify(value, (key, inner) => {
  if (key === 'input') return {};
  return OWN_WORDS.includes(key) && typeof inner === 'string' ? 'x' : inner;
}));

/** What the API documents and the types lack: `details` of an error, and a type of errors. The cases leave ids of requests out. */
const DOCUMENTED = ['request_too_large'];
function errorOf({error: {details: _, ...error}, ...body}) {
  if (DOCUMENTED.includes(error.type)) error.type = 'api_error';
  return {request_id: null, ...body, error};
}

const eventsOf = (sse) => [...sse.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data)).filter(({type}) => type !== 'ping');

function valuesOf(golden) {
  const answer = golden.json('client.answer.json');
  const refusal = golden.json('client.error.json')?.body;
  return [
    ...(answer ? [{kind: 'Message', value: answer}] : []),
    ...(refusal ? [{kind: 'Error', value: errorOf(refusal)}] : []),
    ...eventsOf(golden.text('client.sse') ?? '').map((value) => 
            value.type === 'error' ? {kind: 'Error', value: errorOf(value)} : {kind: 'Event', value}),
  ].map(({kind, value}) => ({name: `${golden.name} ${value.type}`, kind, value: short(value)}));
}

/** One of those that are the same but for figures. */
const distinct = (values) => {
  const figureless = ({kind, value}) => kind + JSON.stringify(value).replace(/:\d+/g, ':0');
  return [...new Map(values.map((one) => [figureless(one), one])).values()];
};

test('every answer of the golden cases is of the types of the SDK', NEEDS_TYPES, async () => {
  const values = distinct(goldenCases().flatMap(valuesOf));
  assert.ok(values.length > 150, `only ${values.length}`);
  assert.deepEqual(await typeErrors(values), []);
});

const pair = startPair();
const question = {model: 'claude-sonnet-4', messages: [{role: 'user', content: 'hi'}]};
const post = (path, fields) => fetch(`${pair.proxy.url}/v1/messages${path}`, {
  method: 'POST',
  headers: {'content-type': 'application/json', 'x-api-key': 'any'},
  body: JSON.stringify({...question, ...fields}),
});
const json = async (...request) => (await post(...request)).json();

test('the counts and errors over sockets are of the types of the SDK', NEEDS_TYPES, async () => {
  const {passed, open} = gate();
  const breaks = staged([beginning(say('It begins and never ends'), 3), passed, 'data: {"error": {"message": "no"}}\n\n']);
  pair.provider.script([error(400, {error: {message: 'no'}}), breaks]);
  const fields = {max_tokens: 10};
  const counted = await json('/count_tokens', {});
  const refused = await json('', fields);
  const unserved = await json('/batches', fields);
  const streamed = await post('', {...fields, stream: true});
  open();
  const [broken] = eventsOf(await streamed.text()).filter(({type}) => type === 'error');
  assert.match(refused.request_id, /^req_/);
  assert.deepEqual(await typeErrors([
    {name: 'count', kind: 'Count', value: counted},
    {name: 'refused', kind: 'Error', value: refused},
    {name: 'unserved', kind: 'Error', value: unserved},
    {name: 'in a stream', kind: 'Error', value: broken},
  ]), []);
});

test('the check sees a field that is not there, one that no type knows, and a value of another type', NEEDS_TYPES, async () => {
  const golden = goldenCases().find((one) => one.has('client.answer.json'));
  const [message] = valuesOf(golden);
  const without = (name) => Object.fromEntries(Object.entries(message.value).filter(([key]) => key !== name));
  const errors = await typeErrors([
    message,
    {...message, name: 'absent', value: without('stop_details')},
    {...message, name: 'unknown', value: {...message.value, extra: 1}},
    {...message, name: 'other', value: {...message.value, stop_reason: 'done'}},
  ]);
  assert.deepEqual([...new Set(errors.map((error) => error.split(':')[0]))], ['absent', 'unknown', 'other']);
});
