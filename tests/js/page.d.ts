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

  /** Finds the first element; its type is that of the tag that the selector's last part names, as in ".dock textarea". */
  type Find = <S extends string>(selector: S, scope?: ParentNode | EventTarget) => ParseSelector<S, Found>;
  type FindAll = <S extends string>(selector: S, scope?: ParentNode | EventTarget) => NodeListOf<ParseSelector<S, Found>>;

  /** What `data-act="NAME"` does, given the button that has it. */
  type Actions = Record<string, (button?: Found) => unknown>;

  /** Where it may be the document or the window, the code asks with `?.`. */
  interface EventTarget extends FormMembers {
    id?: string;
    style?: CSSStyleDeclaration;
    dataset?: DOMStringMap;
    classList?: DOMTokenList;
    textContent?: string;
    querySelector?(selector: string): any;
    querySelectorAll?(selector: string): any;
    closest?<S extends string>(selector: S): ParseSelector<S, Found>;
    matches?(selector: string): boolean;
  }

  /** The page has no element that lacks them. */
  interface Element extends HTMLOrSVGElement {
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
