// Types that the page's modules name in their comments, for `tsc` alone: nothing of this file is served.

import type { ParseSelector } from "typed-query-selector/parser.js";

declare global {
  /** What a selector that names no tag finds: any element of the page, so it may have what some have. */
  interface Found extends HTMLElement, FormMembers {
    content?: any; // a fragment, of a template; a string, of `meta`
    href?: string; // of a link
    open?: boolean; // of a dialog, as the next three
    returnValue?: string;
    showModal?(): void;
    close?(value?: string): void;
  }

  interface FormMembers {
    value?: any; // a string; a number for `progress`
    max?: any;
    checked?: boolean;
    disabled?: boolean;
    files?: FileList;
    options?: HTMLOptionsCollection;
    maxLength?: number;
    form?: HTMLFormElement;
    select?(): void;
  }

  /** What `find` and `all` search: a selector is of the page's own templates, so that it finds something. */
  interface Queries {
    querySelector(selector: string): any;
    querySelectorAll(selector: string): any;
  }

  type Tongue = "zh" | "en";
  /** A sentence in both languages; what stands at the door may lack one. */
  type Both = Partial<Record<Tongue, string>>;

  /** The JSON that the server answers with. */
  interface Answer {
    version?: string | null; // of the index
    failed?: string; // HTML that says why there is nothing else
    gone?: boolean; // the document that was asked
    message?: Both; // of what stands at the door
    place?: number; // in the queue
    [other: string]: any;
  }

  /** What `say` shows: HTML of the server, nodes, or what an error says of itself. */
  interface Said {
    html?: string;
    content?: Node;
    stays?: boolean;
    message?: string;
  }

  /** Finds the first element; its type is that of the tag that the selector's last part names, as in ".dock textarea". */
  type Find = <S extends string>(selector: S, scope?: ParentNode | EventTarget | null) => ParseSelector<S, Found>;
  type FindAll = <S extends string>(selector: S, scope?: ParentNode | EventTarget | null) => NodeListOf<ParseSelector<S, Found>>;

  /** What `data-act="NAME"` does, given the button that has it. */
  type Actions = Record<string, (button?: Found) => unknown>;

  /** Where it may be the document or the window, the code asks with `?.`. */
  interface EventTarget extends FormMembers {
    id?: string;
    style?: CSSStyleDeclaration;
    dataset?: DOMStringMap;
    classList?: DOMTokenList;
    textContent?: string;
    closest?<S extends string>(selector: S): ParseSelector<S, Found>;
    matches?(selector: string): boolean;
  }

  /** The page has no element that lacks them. */
  interface Element extends HTMLOrSVGElement {
    readonly dataset: DOMStringMap;
    readonly style: CSSStyleDeclaration;
    addEventListener<K extends keyof HTMLElementEventMap>(
      type: K, listener: (event: HTMLElementEventMap[K]) => any, options?: boolean | AddEventListenerOptions): void;
  }

  /** Of text. */
  interface Node {
    data?: string;
  }

  /** Of some kinds of events. */
  interface Event {
    detail?: any;
    pointerType?: string;
  }

  /** Of an entry of the type "navigation". */
  interface PerformanceEntry {
    type?: string;
  }
}
