import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {runClaude, workingDirectory} from '../support/claude_code.mjs';
import {npmMissing} from '../support/npm.mjs';
import {pairFor} from '../support/pair.mjs';
import {call, completion, error} from '../support/replies.mjs';

/**
 * Long sessions of the real Claude Code in front of models with windows of every size: however full the window gets, the task comes to its
 * end. The model is as strict as vLLM: what prompt and max_tokens make together must fit.
 */

const LIMIT = {
  skip: npmMissing,
  timeout: 180_000
};

/** A model whose window is filled several times by the files that it reads. */
class Model {
  asked = [];
  #read = 0;

  /** `windows`: how often the files fill the window. */
  constructor(directory, window, windows) {
    Object.assign(this, {directory, window});
    // Below the 25,000 tokens that the Read tool gives at most. After a compaction the client adds the five latest files again, beside
    // some 2,500 tokens of its own: of a very small window they may not take half.
    this.fileTokens = Math.min(Math.floor(window / (window < 10_000 ? 28 : 14)), 20_000);
    this.files = Math.ceil(windows * window / this.fileTokens);
    const lines = Math.ceil(this.fileTokens * 4 / 80);
    for (let i = 0; i < this.files; i++) writeFileSync(this.#file(i), `${i} ${'words '.repeat(12)}\n`.repeat(lines));
  }

  answer(body, raw) {
    const prompt = Math.ceil(raw.length / 4), max = body.max_tokens ?? body.max_completion_tokens;
    const overflows = prompt + max > this.window;
    const behind = body.messages.slice(body.messages.findLastIndex(({role}) => role === 'tool'));
    const summary = /Respond with TEXT ONLY/.test(JSON.stringify(behind));
    this.asked.push({prompt, max, overflows, summary});
    return overflows ? this.#refuse(prompt, max) : this.#cut(this.#step(summary), prompt, max);
  }

  #refuse(prompt, max) {
    return error(400, {
      error: {
        message: `This model's maximum context length is ${this.window} tokens. However, you requested ${prompt + max} tokens ` +
            `(${prompt} in the messages, ${max} in the completion). Please reduce the length of the messages or completion.`,
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded'
      }
    });
  }

  #step(summary) {
    if (summary) return {tokens: Math.min(this.window / 25, 1500), text: `<summary>Files up to ${this.#read} were read.</summary>`};
    if (this.#read === this.files) return {tokens: 5, text: 'All read.'};
    const path = this.#file(this.#read);
    return {tokens: 60, calls: [call('Read', {file_path: path})], then: () => this.#read++};
  }

  /** An answer that is longer than max_tokens comes as its beginning. */
  #cut({tokens, then, ...answer}, prompt, max) {
    if (tokens > max) return completion({text: 'I would', finish: 'length', usage: {prompt, completion: max}});
    then?.();
    return completion({...answer, usage: {prompt, completion: Math.ceil(tokens)}});
  }

  #file(i) { return join(this.directory, `file-${i}.txt`); }
}

/** A prompt small enough for the smallest window. */
const SMALL_PROMPT = ['--tools', 'Read', '--system-prompt', 'You read files.'];

for (const window of [8_000, 16_000, 32_000, 64_000, 128_000, 200_000, 1_000_000]) {
  for (const scaled of [false, true]) {
    test(`a task longer than a window of ${window} tokens${scaled ? ', with CLIENT_CONTEXT_WINDOW' : ''}`, LIMIT, async (t) => {
      const directory = workingDirectory();
      t.after(() => directory.remove());
      const {provider, proxy} = await pairFor(t, {
        BIG_MODEL: 'local',
        MIDDLE_MODEL: 'local',
        SMALL_MODEL: 'local',
        MAX_TOKENS_LIMIT: '16000',
        CONTEXT_WINDOW: `${window}`,
        ...(scaled ? {CLIENT_CONTEXT_WINDOW: '1000000'} : {})
      });
      // The client reads less of a file at once when its context seems to fill quickly.
      const model = new Model(directory.path, window, scaled && window > 64_000 && window < 1_000_000 ? 7 : 2.2);
      provider.script((body, _, {raw}) => model.answer(body, raw));
      const session = await runClaude({url: proxy.url, cwd: directory.path, args: ['Read all files', ...SMALL_PROMPT]});
      assert.deepEqual([session.result?.is_error, session.result?.result], [false, 'All read.']);
      assert.deepEqual([provider.refusals, provider.unexpected], [[], []]);
      const compactions = session.events.filter(({subtype}) => subtype === 'compact_boundary').length;
      t.diagnostic(`${model.files} files, ${model.asked.length} requests, ${compactions} compactions`);
      assert.ok(compactions >= 2, `${compactions} compactions`);
      assert.equal(session.toolResults.size, model.files);
      assert.ok(model.asked.length <= model.files + 4 * compactions + 2, `${model.asked.length} requests for ${model.files} files`);
    });
  }
}
