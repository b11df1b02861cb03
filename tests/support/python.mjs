import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

/** Anthropic's SDK for Python. The fake provider lives in this process: nothing here may block it. */

const run = promisify(execFile);
const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));

async function install() {
  try {
    return {python: (await run(pathOf('../e2e/install_python'))).stdout.trim()};
  } catch ({code, stderr}) {
    if (code !== 3) throw new Error(`tests/e2e/install_python: ${stderr}`);
    return {missing: `no SDK for Python: ${stderr.trim().split('\n').at(-1)}`};
  }
}

const {python, missing} = await install();

/** Options of a test: skipped, with the reason, when the SDK is not installed. */
export const NEEDS_PYTHON = {
  skip: missing ?? false,
  timeout: 180_000
};

/** What `tests/support/sdk_python.py TASK URL` prints, with `input` as its argument, as JSON. */
export async function sdkPython(task, url, input = null) {
  const {stdout} = await run(python, [pathOf('sdk_python.py'), task, url, JSON.stringify(input)], {maxBuffer: 2 ** 26});
  return JSON.parse(stdout);
}
