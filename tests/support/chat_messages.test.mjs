import {assistant, chat, dataUrl, image, result, testRefusals, user, withCall} from './chat_requests.mjs';
import {png} from './media.mjs';

testRefusals([
  [
    'result without a call', chat(user('hi'), result('a')),
    /role 'tool' must be a response to a preceeding message/
  ],
  [
    'result behind the next user message', chat(assistant('a'), user('x'), result('a')),
    /did not have response messages: a$/
  ],
  ['result for another call', chat(assistant('a'), result('b')), /'tool_call_id' of 'b' not found/],
  ['result twice', chat(assistant('a'), result('a'), result('a')), /'tool_call_id' of 'a' not found/],
  [
    'result without id', chat(assistant('a'), {role: 'tool', content: 'x'}),
    /Missing required parameter: 'messages\[1\].tool_call_id'/
  ],
  [
    'result behind a complete round and a user message',
    chat(assistant('a'), result('a'), user('x'), result('a')), /must be a response/
  ],
  [
    'one of two results missing', chat(assistant('a', 'b'), result('a'), user('x')),
    /following tool_call_ids did not have response messages: b$/
  ],
  ['results missing at the end', chat(assistant('a', 'b')), /did not have response messages: a, b$/],
  [
    'system message between call and result',
    chat(assistant('a'), {role: 'system', content: 'x'}, result('a')), /did not have response messages: a$/
  ],
  [
    'image in a tool result',
    chat(assistant('a'), result('a', [{type: 'image_url', image_url: {url: 'http://x/y.png'}}])),
    /only allowed for messages with role 'user'/
  ],
  ['no messages', chat(), /Invalid 'messages': empty array/],
  ['messages missing', {model: 'gpt-4o'}, /Missing required parameter: 'messages'/],
  [
    'message that is no object', chat('hi'),
    /Invalid type for 'messages\[0\]': expected an object, but got a string/
  ],
  [
    'unknown role', chat({role: 'bot', content: 'x'}),
    /Invalid value: 'bot'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'/
  ],
  [
    'unknown message field', chat({...user('hi'), cache_control: {}}),
    /Additional properties are not allowed \('cache_control' was unexpected\) - 'messages.0'/
  ],
  [
    'unknown part field', chat(user([{type: 'text', text: 'x', cache_control: {}}])),
    /'cache_control' was unexpected\) - 'messages.0.content.0'/
  ],
  [
    'reasoning_content', chat({role: 'assistant', content: 'x', reasoning_content: 'y'}),
    /'reasoning_content' was unexpected/
  ],
  ['content null', chat(user(null)), /Invalid value for 'content': expected a string, got null/],
  [
    'assistant without content and calls', chat({role: 'assistant', content: null}),
    /expected a string, got null/
  ],
  ['content is a number', chat(user(3)), /Invalid type for 'messages\[0\].content'/],
  ['content is empty', chat(user([])), /Invalid 'messages\[0\].content': empty array/],
  [
    'empty text part', chat(user([{type: 'text', text: ''}])),
    /'messages\[0\].content\[0\].text': empty string/
  ],
  [
    'part without text', chat(user([{type: 'text'}])),
    /Missing required parameter: 'messages\[0\].content\[0\].text'/
  ],
  ['unknown part', chat(user([{type: 'image', source: {}}])), /Invalid value: 'image'/],
  ['image: no data URL', chat(image('iVBORw0KGgo=')), /Expected a base64-encoded data URL/],
  ['image: unknown type', chat(image(dataUrl('text/plain', png()))), /unsupported MIME type 'text\/plain'/],
  [
    'image: prefix twice', chat(image(`data:image/png;base64,${dataUrl('image/png', png())}`)),
    /Invalid base64 image_url/
  ],
  [
    'image: white space in base64', chat(image(dataUrl('image/png', png()).replace('AAAA', 'AA\nAA'))),
    /Invalid base64 image_url/
  ],
  ['image: URL-safe alphabet', chat(image(`${dataUrl('image/png', png())}_-_-`)), /Invalid base64 image_url/],
  [
    'image: padding missing',
    chat(image(dataUrl('image/png', Buffer.concat([png(), Buffer.alloc(3 - (png().length % 3) + 1)]))
                   .replace(/=+$/, ''))),
    /Invalid base64 image_url/
  ],
  ['image: empty', chat(image('data:image/png;base64,')), /Invalid base64 image_url/],
  ['image: bytes of another type', chat(image(dataUrl('image/jpeg', png()))), /unsupported image/],
  [
    'file: no PDF',
    chat(user([{type: 'file', file: {filename: 'x', file_data: dataUrl('application/pdf', png())}}])),
    /Invalid 'messages\[0\].content\[0\].file.file_data'/
  ],
  [
    'arguments not a string', withCall((one) => {
      one.function.arguments = {};
    }),
    /'messages\[1\].tool_calls\[0\].function.arguments': expected a string, but got an object/
  ],
  [
    'call without type', withCall((one) => {
      delete one.type;
    }),
    /Invalid value: 'undefined'/
  ],
  [
    'call id too long', withCall((one) => {
      one.id = 'x'.repeat(41);
    }),
    /tool_calls\[0\].id': string too long. Expected a string with maximum length 40, but got a string with length 41/
  ],
  [
    'call name with a dot', withCall((one) => {
      one.function.name = 'a.b';
    }),
    /'messages\[1\].tool_calls\[0\].function.name': string does not match pattern/
  ],
  [
    'call with index', withCall((one) => {
      one.index = 0;
    }),
    /'index' was unexpected/
  ],
  [
    'no calls', withCall((one, message) => {
      message.tool_calls = [];
    }),
    /'messages\[1\].tool_calls': empty array/
  ],
]);
