import {isObject, refuse, requireArray, requireKnownFields, requireMember, requireObject, requireString, requireToolName, tooLong, wrongType} from './refusal.mjs';

/** OpenAI's rules for the `messages` of a Chat Completions request. */

const ROLES = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];
const FIELDS = {
  system: ['role', 'content', 'name'],
  developer: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'name', 'refusal', 'audio', 'tool_calls', 'function_call'],
  tool: ['role', 'content', 'tool_call_id'],
  function: ['role', 'content', 'name'],
};
const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const MAGIC = [
  [/^\x89PNG\r\n\x1a\n/, 'image/png'], [/^\xff\xd8\xff/, 'image/jpeg'], [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF[^]{4}WEBP/, 'image/webp']
];
const TOOL_CALL_ID_MAX = 40;

/**
 * The bytes of canonical base64, or undefined: white space, another alphabet or wrong padding do not count
 * as base64.
 */
export function decodeBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined;
}

function splitDataUrl(url) {
  const match = /^data:([^;,]*);base64,([^]*)$/.exec(url);
  return match && {mediaType: match[1], data: match[2]};
}

function requireImage(url, place) {
  requireString(url, place);
  if (/^https?:\/\/[^/\s]+/.test(url)) return;
  const parts = splitDataUrl(url);
  if (!parts || !IMAGE_TYPES.includes(parts.mediaType)) {
    refuse(
        `Invalid '${place}'. Expected a base64-encoded data URL with an image MIME type (e.g. ` +
            `'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got ${
                parts ? `unsupported MIME type '${parts.mediaType}'` :
                        'a value without the \'data:\' prefix'}.`,
        place, 'invalid_value');
  }
  const bytes = decodeBase64(parts.data);
  if (!bytes) refuse('Invalid base64 image_url.', place, 'invalid_base64');
  const type = MAGIC.find(([pattern]) => pattern.test(bytes.toString('latin1')))?.[1];
  if (type !== parts.mediaType) {
    refuse(
        'You uploaded an unsupported image. Please make sure your image is valid and has of one the following formats: ' +
            '[\'png\', \'jpeg\', \'gif\', \'webp\'].',
        place, 'invalid_image_format');
  }
}

function requireFile(file, place) {
  requireObject(file, place);
  requireKnownFields(file, ['filename', 'file_data', 'file_id'], place);
  if (file.file_id !== undefined) return;
  requireString(file.filename, `${place}.filename`);
  requireString(file.file_data, `${place}.file_data`);
  const parts = splitDataUrl(file.file_data);
  const bytes = parts && decodeBase64(parts.data);
  if (!bytes || parts.mediaType !== 'application/pdf' || bytes.toString('latin1', 0, 5) !== '%PDF-') {
    refuse(
        `Invalid '${place}.file_data'. Expected a base64-encoded data URL with an application/pdf MIME type.`,
        `${place}.file_data`, 'invalid_value');
  }
}

const PART_RULES = {
  text(part, place) {
    requireKnownFields(part, ['type', 'text'], place);
    requireString(part.text, `${place}.text`);
    if (part.text === '') {
      refuse(
          `Invalid '${
              place}.text': empty string. Expected a string with minimum length 1, but got an empty string instead.`,
          `${place}.text`, 'empty_string');
    }
  },
  image_url(part, place, role) {
    requireKnownFields(part, ['type', 'image_url'], place);
    if (role !== 'user') {
      refuse(
          `Image URLs are only allowed for messages with role 'user', but this message with role '${
              role}' contains an ` +
              'image URL.',
          place, 'invalid_value');
    }
    requireObject(part.image_url, `${place}.image_url`);
    requireKnownFields(part.image_url, ['url', 'detail'], `${place}.image_url`);
    requireImage(part.image_url.url, `${place}.image_url.url`);
  },
  file(part, place, role) {
    requireKnownFields(part, ['type', 'file'], place);
    requireMember(role, ['user'], place);
    requireFile(part.file, `${place}.file`);
  },
  refusal(part, place, role) {
    requireKnownFields(part, ['type', 'refusal'], place);
    requireMember(role, ['assistant'], place);
    requireString(part.refusal, `${place}.refusal`);
  },
};

function requireContent(message, place) {
  const {content, role} = message;
  const optional = role === 'assistant' && message.tool_calls !== undefined;
  if (optional && (content === null || content === undefined)) return;
  if (content === null || content === undefined) {
    refuse(
        `Invalid value for 'content': expected a string, got null.`, `${place.replace('[', '.[')}.content`);
  }
  if (typeof content === 'string') return;
  if (!Array.isArray(content)) wrongType(`${place}.content`, 'string or array of objects', content);
  requireArray(content, `${place}.content`);
  content.forEach((part, i) => {
    const at = `${place}.content[${i}]`;
    requireObject(part, at);
    requireMember(part.type, Object.keys(PART_RULES), `${at}.type`);
    PART_RULES[part.type](part, at, role);
  });
}

function requireToolCalls(calls, place) {
  requireArray(calls, place);
  calls.forEach((call, i) => {
    const at = `${place}[${i}]`;
    requireObject(call, at);
    requireKnownFields(call, ['id', 'type', 'function'], at);
    requireString(call.id, `${at}.id`);
    if (call.id.length > TOOL_CALL_ID_MAX) tooLong(call.id, `${at}.id`, TOOL_CALL_ID_MAX);
    requireMember(call.type, ['function'], `${at}.type`);
    requireObject(call.function, `${at}.function`);
    requireKnownFields(call.function, ['name', 'arguments'], `${at}.function`);
    requireToolName(call.function.name, `${at}.function.name`);
    requireString(call.function.arguments, `${at}.function.arguments`);
  });
}

/** One result per call, directly behind the message that made the calls, and no other. */
class OpenCalls {
  #ids = [];
  #answered = new Set();

  call(calls) {
    this.#ids = calls.map((call) => call.id);
    this.#answered.clear();
  }

  answer(message, index) {
    if (this.#ids.length === 0) {
      refuse(
          'Invalid parameter: messages with role \'tool\' must be a response to a preceeding message with \'tool_calls\'.',
          `messages.[${index}].role`);
    }
    requireString(message.tool_call_id, `messages[${index}].tool_call_id`);
    if (!this.#ids.includes(message.tool_call_id) || this.#answered.has(message.tool_call_id)) {
      refuse(
          `Invalid parameter: 'tool_call_id' of '${
              message.tool_call_id}' not found in 'tool_calls' of previous message.`,
          `messages.[${index}].tool_call_id`);
    }
    this.#answered.add(message.tool_call_id);
  }

  /** Another message than a result follows, or none. */
  close(index) {
    const missing = this.#ids.filter((id) => !this.#answered.has(id));
    this.#ids = [];
    if (missing.length === 0) return;
    refuse(
        'An assistant message with \'tool_calls\' must be followed by tool messages responding to each \'tool_call_id\'. The ' +
            `following tool_call_ids did not have response messages: ${missing.join(', ')}`,
        `messages.[${index}].role`);
  }
}

function requireMessage(message, place, allow) {
  if (!isObject(message)) wrongType(place, 'object', message);
  requireMember(message.role, ROLES, `${place}.role`);
  requireKnownFields(message, [...FIELDS[message.role], ...allow], place);
  requireContent(message, place);
  if (message.tool_calls !== undefined) requireToolCalls(message.tool_calls, `${place}.tool_calls`);
}

/** Refuses the first message that breaks a rule. `allow` names message fields of this provider's own. */
export function requireMessages(messages, allow = []) {
  requireArray(messages, 'messages');
  const open = new OpenCalls();
  messages.forEach((message, i) => {
    requireMessage(message, `messages[${i}]`, allow);
    if (message.role === 'tool') return open.answer(message, i);
    open.close(i);
    if (message.tool_calls) open.call(message.tool_calls);
  });
  open.close(messages.length);
}
