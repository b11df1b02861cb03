/** Every method of the official SDK, found in a client of it rather than listed. */

const isResource = (value) => value !== null && typeof value === 'object' && '_client' in value;
const isMethod = (prototype, name) => name !== 'constructor' && !name.startsWith('_') &&
    typeof Object.getOwnPropertyDescriptor(prototype, name).value === 'function';

function namesOf(resource) {
  const names = [];
  for (let at = Object.getPrototypeOf(resource); at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    names.push(...Object.getOwnPropertyNames(at).filter((name) => isMethod(at, name)));
  }
  return names;
}

/** `{name, call}` of all methods at and below the resources that `owner` has. */
export function methodsOf(owner, path = '') {
  return Object.entries(owner)
      .filter(([key, value]) => key !== '_client' && isResource(value))
      .flatMap(([key, value]) => [
        ...namesOf(value).map((name) => ({name: `${path}${key}.${name}`, call: (...args) => value[name](...args)})),
        ...methodsOf(value, `${path}${key}.`),
      ]);
}

/** The rows of docs/sdk.md: `{pattern, works, words}`; `resource.*` stands for all methods at and below it. */
export function rowsOf(markdown) {
  return [...markdown.matchAll(/^\| `([^`]+)` \| (yes|local|no) \| (.*) \|$/gm)].map(
      ([, pattern, answer, words]) => ({pattern, answer, words}));
}

/** Names of the Python SDK are written with underscores; a row stands for both. */
const plain = (name) => name.replaceAll('_', '').toLowerCase();

/** The row with the longest pattern that stands for the method. */
export function rowOf(rows, name) {
  const fits = ({pattern}) => pattern.endsWith('.*') ? plain(name).startsWith(plain(pattern.slice(0, -1))) :
                                                       plain(name) === plain(pattern);
  return rows.filter(fits).sort((a, b) => b.pattern.length - a.pattern.length)[0];
}
