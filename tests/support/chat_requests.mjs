import assert from 'node:assert/strict';
import {test} from 'node:test';

import {parseBody, requireChatRequest} from './chat_rules.mjs';
import {Refusal} from './refusal.mjs';

/** Chat Completions requests in few words, and the check that one is refused. */

export const user = (content) => ({role: 'user', content});
export const assistant = (...ids) => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({id, type: 'function', function: {name: 'Bash', arguments: '{}'}}))
});
export const result = (id, content = 'ok') => ({role: 'tool', tool_call_id: id, content});
export const tool = (name = 'Bash', parameters = {
  type: 'object',
  properties: {}
}) => ({type: 'function', function: {name, parameters}});
export const image = (url) => user([{type: 'image_url', image_url: {url}}]);
export const request = (fields) => ({model: 'gpt-4o', messages: [user('hi')], ...fields});
export const chat = (...messages) => request({messages});
export const dataUrl = (type, bytes) => `data:${type};base64,${bytes.toString('base64')}`;
export const withCall = (change) => {
  const message = assistant('a');
  change(message.tool_calls[0], message);
  return chat(user('hi'), message, result('a'));
};

/** Rows of [name, body (an object, or the raw bytes), what the refusal must say]. */
export function testRefusals(rows) {
  for (const [name, body, wording] of rows) {
    const raw = typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) :
                                                                    Buffer.from(JSON.stringify(body));
    test(`refuses: ${name}`, () => {
      assert.throws(() => requireChatRequest(parseBody(raw)), (error) => {
        assert.ok(error instanceof Refusal, error.stack);
        assert.deepEqual([error.status, error.body.error.type], [400, 'invalid_request_error']);
        assert.match(error.message, wording);
        return true;
      });
    });
  }
}
