/**
 * What a client must see of an answer made in random_answer.mjs. All that the proxy changes on purpose is stated here:
 *
 * - Blocks come in the order in which their first piece came. Neighbouring text, and refusals, are one block; so is neighbouring thinking.
 * - White space alone begins no block: it waits for what follows of its kind, and is dropped when something else follows. Then what
 *   comes next of the open kind continues its block.
 * - White space at the very beginning of the content waits for the text behind it, also while thinking comes in a field of its own: a
 *   `<think>` might follow.
 * - Thinking behind text or a call interrupts nothing: it is shown in front of the next call, all together, and not at all without one.
 * - `<think>…</think>` at the beginning of the content, with white space before it and behind it, is thinking.
 * - Thinking is dropped when the request disabled it.
 * - An answer of nothing is one empty text.
 */

const WHITE = '[ \\t\\r\\n]*';
const isBlank = (text) => new RegExp(`^${WHITE}$`).test(text);
const withoutLeading = (text) => text.replace(new RegExp(`^${WHITE}`), '');

class Blocks {
  list = [];
  #showsThinking;
  #leading = {};
  /** White space the content began with; undefined once something else came. */
  #start = '';
  #behindTag = false;
  /** Thinking that came behind text or a call. */
  #late = '';

  constructor(showsThinking) { this.#showsThinking = showsThinking; }

  content({text}) {
    if (this.#behindTag) text = withoutLeading(text);
    if (text === '') return;
    this.#behindTag = false;
    if (this.#start !== undefined) {
      this.#start += text;
      if (isBlank(this.#start)) return;
      text = this.#start;
      this.#start = undefined;
    }
    this.#prose('text', text);
  }

  thinking({text}) {
    if (!this.#showsThinking) return;
    if (this.list.some(({type}) => type !== 'thinking')) {
      this.#late += text;
    } else {
      this.#prose('thinking', text);
    }
  }

  tagged({text}) {
    this.#start = undefined;
    this.thinking({text});
    this.#behindTag = true;
  }

  refusal({text}) {
    this.#contentEnds();
    this.#prose('text', text);
  }

  call({id, name, input, json}) {
    this.#contentEnds();
    this.#leading = {};
    if (!isBlank(this.#late)) this.list.push({type: 'thinking', text: this.#late});
    this.#late = '';
    this.list.push({type: 'tool_use', id, name, input, json});
  }

  end() {
    this.#contentEnds();
    if (this.list.length === 0) this.list.push({type: 'text', text: ''});
  }

  /** No tag can follow, nor is white space one's end. */
  #contentEnds() {
    this.#behindTag = false;
    const start = this.#start;
    this.#start = undefined;
    if (start) this.#prose('text', start);
  }

  #prose(type, text) {
    if (text === '') return;
    const open = this.list.at(-1);
    if (open?.type !== type) {
      const waits = this.#leading.type === type ? this.#leading.text + text : text;
      this.#leading = isBlank(waits) ? {type, text: waits} : {};
      if (!isBlank(waits)) this.list.push({type, text: waits});
    } else {
      open.text += text;
      this.#leading = {};
    }
  }
}

/**
 * The blocks of an answer: {type: 'text' or 'thinking', text}, or {type: 'tool_use', id, name, input, json}; an `id` of `*` may be any.
 */
export function blocksOf(parts, showsThinking) {
  const blocks = new Blocks(showsThinking);
  for (const part of parts) blocks[part.kind](part);
  blocks.end();
  return blocks.list;
}

/** The parts in the order of the fields of a whole answer. */
export function wholeOrder(parts) {
  const joined = (kind) => {
    const text = parts.filter((part) => part.kind === kind).map((part) => part.text).join('');
    return text === '' ? [] : [{kind, text}];
  };
  const all = (kind) => parts.filter((part) => part.kind === kind);
  return [...all('tagged'), ...joined('thinking'), ...joined('content'), ...joined('refusal'), ...all('call')];
}

/** The stop_reason of an answer. */
export function stopReasonOf({parts, finish, matched}) {
  const has = (kind) => parts.some((part) => part.kind === kind);
  if (finish === 'length') return 'max_tokens';
  if (has('call')) return 'tool_use';
  if (finish === 'content_filter' || has('refusal')) return 'refusal';
  return matched === null ? 'end_turn' : 'stop_sequence';
}
