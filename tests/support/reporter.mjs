/**
 * A reporter for node:test: failures in full, skips and diagnostics as one line each, and at the end
 * `N passed, N failed, N skipped` with N counting tests, not files or suites.
 */
export default async function* report(events) {
  const count = {passed: 0, failed: 0, skipped: 0};
  for await (const {type, data} of events) {
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message;
    if (type === 'test:diagnostic' &&
        !/^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(data.message)) {
      yield `# ${data.message}\n`;
    }
    if (type === 'test:pass') yield* passed(data, count);
    if (type === 'test:fail') yield* failed(data, count);
  }
  yield `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`;
}

/** Some versions of node report each file as a test around its tests. */
const isContainer = (data) => data.details?.type === 'suite' || /\.test\.mjs$/.test(data.name);

function* passed(data, count) {
  if (data.skip !== undefined) {
    count.skipped++;
    yield `# SKIPPED: ${data.name}: ${data.skip === true ? 'no reason given' : data.skip}\n`;
  } else if (!isContainer(data)) {
    count.passed++;
  }
}

const withoutInternals = (stack) =>
    stack.split('\n').filter((line) => !/^\s+at .*\(?node:/.test(line)).join('\n');

function* failed(data, count) {
  const error = data.details.error;
  if (isContainer(data) && error.failureType === 'subtestsFailed') return;
  count.failed++;
  const cause = error.cause ?? error;
  yield `\nFAILED: ${data.name}${data.file ? ` (${data.file}${data.line ? `:${data.line}` : ''})` : ''}\n`;
  yield `${withoutInternals(cause.stack ?? cause.message ?? String(cause))}\n`;
  const {actual, expected} = cause;
  if (typeof actual === 'string' && typeof expected === 'string') {
    yield `--- expected\n${expected}\n--- actual\n${actual}\n---\n`;
  }
}
