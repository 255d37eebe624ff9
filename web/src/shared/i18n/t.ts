import { createElement, Fragment, isValidElement, type ReactNode } from 'react';
import { createStore, remember, remembered, useStore } from '@/shared/store';
import type { Messages } from './zh-CN';
import zh from './zh-CN';

export type Language = 'zh-CN' | 'en';

type Leaf<F extends string, M> = `${F}.${keyof M & string}`;
/** Every string of the console, as `<feature>.<name>`. */
export type Key = { [F in keyof Messages & string]: Leaf<F, Messages[F]> }[keyof Messages & string];
export type Params = Record<string, string | number>;

type Catalog = Record<string, Record<string, string>>;

const storageKey = 'shuke.language';

const catalogs: Partial<Record<Language, Catalog>> = { 'zh-CN': zh };
const languageStore = createStore<Language>('zh-CN');

export const useLanguage = () => useStore(languageStore);
export const currentLanguage = () => languageStore.get();

/** What has two names, in the language of the page. */
export const nameIn = (named: { name: string; name_en?: string }) =>
  (currentLanguage() === 'en' && named.name_en) || named.name;

/** The remembered language, else the first one the browser asks for that we speak. */
export function preferredLanguage(): Language {
  const stored = remembered(storageKey);
  if (stored === 'zh-CN' || stored === 'en') return stored;
  return navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
}

/** Loads the strings of a language, then shows them. */
export async function showLanguage(language: Language): Promise<void> {
  if (!catalogs[language]) catalogs[language] = (await import('./en')).default;
  document.documentElement.lang = language;
  languageStore.set(language);
}

export function chooseLanguage(language: Language): Promise<void> {
  remember(storageKey, language);
  return showLanguage(language);
}

function find(key: string, count?: number): string | undefined {
  const language = languageStore.get();
  const dot = key.indexOf('.');
  const strings = catalogs[language]?.[key.slice(0, dot)];
  const name = key.slice(dot + 1);
  if (count !== undefined) {
    const plural = strings?.[`${name}.${new Intl.PluralRules(language).select(count)}`];
    if (plural !== undefined) return plural;
  }
  return strings?.[name] ?? strings?.[`${name}.other`];
}

function show(value: string | number): string {
  return typeof value === 'number' ? new Intl.NumberFormat(languageStore.get()).format(value) : value;
}

const placeholder = /\{(\w+)\}/g;

/**
 * The string of a key in the current language. `{name}` is replaced by the parameter, numbers with separators;
 * `count` also picks between `key.one` and `key.other` where a language has both.
 */
export function t(key: Key, params: Params = {}): string {
  return fill(find(key, countOf(params)) ?? key, params);
}

/** As t, for a key that comes from the server: an error code, a kind of fact. Undefined when there is no string for it. */
export function tMaybe(key: string, params: Params = {}): string | undefined {
  const text = find(key, countOf(params));
  return text === undefined ? undefined : fill(text, params);
}

/** As t, with elements in the place of parameters: `rich('dashboard.returned', { count: <b>128</b> })`. */
export function rich(key: Key, params: Record<string, ReactNode>): ReactNode[] {
  const text = find(key, countOf(params)) ?? key;
  return text.split(placeholder).map((part, i) => {
    if (i % 2 === 0) return part;
    const value = params[part];
    return isValidElement(value) ? createElement(Fragment, { key: part }, value) : value;
  });
}

function fill(text: string, params: Params): string {
  return text.replace(placeholder, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : show(value);
  });
}

function countOf(params: Record<string, unknown>): number | undefined {
  return typeof params.count === 'number' ? params.count : undefined;
}
