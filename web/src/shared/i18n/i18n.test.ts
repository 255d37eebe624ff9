import { afterEach, expect, test } from 'vitest';
import en from './en';
import { rich, showLanguage, t, tMaybe } from './t';
import zh from './zh-CN';

afterEach(() => showLanguage('zh-CN'));

const plural = /\.(one|other)$/;

function keys(catalog: Record<string, Record<string, string>>): string[] {
  const all = Object.entries(catalog).flatMap(([feature, strings]) =>
    Object.keys(strings).map((name) => `${feature}.${name.replace(plural, '')}`),
  );
  return [...new Set(all)].sort();
}

function parameters(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1])).sort();
}

test('English has every key of Chinese and no other', () => {
  expect(keys(en)).toEqual(keys(zh));
});

test('every file of strings is in the catalogue', () => {
  const files = Object.keys(import.meta.glob('./zh-CN/*.json')).map((path) => path.slice(8, -5));
  expect(Object.keys(zh).sort()).toEqual(files.sort());
});

test('both languages use the same parameters', () => {
  const strings: Record<string, Record<string, string>> = zh;
  const other: Record<string, Record<string, string>> = en;
  for (const [feature, names] of Object.entries(strings)) {
    for (const [name, text] of Object.entries(names)) {
      const translated = other[feature]?.[name] ?? other[feature]?.[`${name}.other`] ?? '';
      expect(parameters(translated), `${feature}.${name}`).toEqual(parameters(text));
    }
  }
});

test('parameters are filled, counts pick their plural', async () => {
  expect(t('common.selected', { count: 1200 })).toBe('已选 1,200 项');
  await showLanguage('en');
  expect(t('common.selected', { count: 1 })).toBe('1 item selected');
  expect(t('common.selected', { count: 1200 })).toBe('1,200 items selected');
});

test('a key from the server may have no string', () => {
  expect(tMaybe('errors.no.such_code')).toBeUndefined();
  expect(tMaybe('errors.network')).toBeDefined();
});

test('rich keeps elements in their place', () => {
  expect(rich('common.selected', { count: 'X' }).join('')).toBe('已选 X 项');
});
