/** OpenAI's error body with its HTTP status: what a fake provider answers to a request it does not accept. */
export class Refusal extends Error {
  constructor(message, {status = 400, type = 'invalid_request_error', param = null, code = null} = {}) {
    super(message);
    this.status = status;
    this.body = {error: {message, type, param, code}};
  }
}

/** The JSON type of a value, in OpenAI's words. */
export function typeName(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isInteger(value)) return 'integer';
  return {number: 'decimal', boolean: 'boolean', undefined: 'null'}[typeof value] ?? typeof value;
}

export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const article = (noun) => (/^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`);

export function refuse(message, param = null, code = null) { throw new Refusal(message, {param, code}); }

export function wrongType(place, expected, value) {
  refuse(
      `Invalid type for '${place}': expected ${article(expected)}, but got ${
          article(typeName(value))} instead.`,
      place, 'invalid_type');
}

export function requireString(value, place) {
  if (value === undefined)
    refuse(`Missing required parameter: '${place}'.`, place, 'missing_required_parameter');
  if (typeof value !== 'string') wrongType(place, 'string', value);
}

export function requireObject(value, place) {
  if (value === undefined)
    refuse(`Missing required parameter: '${place}'.`, place, 'missing_required_parameter');
  if (!isObject(value)) wrongType(place, 'object', value);
}

export function requireArray(value, place, {min = 1, max = Infinity} = {}) {
  if (value === undefined)
    refuse(`Missing required parameter: '${place}'.`, place, 'missing_required_parameter');
  if (!Array.isArray(value)) wrongType(place, 'array', value);
  if (value.length < min) {
    refuse(
        `Invalid '${place}': empty array. Expected an array with minimum length ${
            min}, but got an empty array instead.`,
        place, 'empty_array');
  }
  if (value.length > max) {
    refuse(
        `Invalid '${place}': array too long. Expected an array with maximum length ${
            max}, but got an array with length ` +
            `${value.length} instead.`,
        place, 'array_above_max_length');
  }
}

export function requireMember(value, allowed, place) {
  if (allowed.includes(value)) return;
  const names = allowed.map((name) => `'${name}'`);
  const list = names.length > 1 ?
      `${names.slice(0, -1).join(', ')}${names.length > 2 ? ',' : ''} and ${names.at(-1)}` :
      names[0];
  refuse(`Invalid value: '${value}'. Supported values are: ${list}.`, place, 'invalid_value');
}

export function requireRange(value, place, min, max) {
  if (typeof value !== 'number') wrongType(place, 'decimal', value);
  if (value < min) {
    refuse(
        `Invalid '${place}': decimal below minimum value. Expected a value >= ${min}, but got ${
            value} instead.`,
        place, 'decimal_below_min_value');
  }
  if (value > max) {
    refuse(
        `Invalid '${place}': decimal above maximum value. Expected a value <= ${max}, but got ${
            value} instead.`,
        place, 'decimal_above_max_value');
  }
}

/** Fields outside `allowed`, where OpenAI names the place: messages, tools and what is inside them. */
export function requireKnownFields(object, allowed, place) {
  const unknown = Object.keys(object).find((name) => !allowed.includes(name));
  if (unknown === undefined) return;
  const dotted = place.replace(/\[(\d+)\]/g, '.$1');
  refuse(
      `Additional properties are not allowed ('${unknown}' was unexpected) - '${dotted}'`,
      `${place}.${unknown}`);
}

const TOOL_NAME_MAX = 64;

export function requireToolName(name, place) {
  requireString(name, place);
  if (name.length > TOOL_NAME_MAX) tooLong(name, place, TOOL_NAME_MAX);
  if (!/^[a-zA-Z0-9_-]+$/.test(name)) {
    refuse(
        `Invalid '${
            place}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
        place, 'invalid_value');
  }
}

export function tooLong(value, place, max) {
  refuse(
      `Invalid '${place}': string too long. Expected a string with maximum length ${
          max}, but got a string with length ` +
          `${value.length} instead.`,
      place, 'string_above_max_length');
}
