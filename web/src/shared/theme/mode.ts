import { createStore, remember, remembered, useStore } from '@/shared/store';

export type Mode = 'light' | 'dark';
export type ModeChoice = Mode | 'system';

// public/mode.js reads the same key before the first paint.
const storageKey = 'shuke.mode';

const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

function storedChoice(): ModeChoice {
  const stored = remembered(storageKey);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

function resolve(choice: ModeChoice): Mode {
  if (choice !== 'system') return choice;
  return systemDark.matches ? 'dark' : 'light';
}

const choiceStore = createStore<ModeChoice>(storedChoice());
const modeStore = createStore<Mode>(resolve(choiceStore.get()));

function apply(): void {
  const mode = resolve(choiceStore.get());
  document.documentElement.dataset.theme = mode;
  modeStore.set(mode);
}

systemDark.addEventListener('change', apply);
apply();

export function setModeChoice(choice: ModeChoice): void {
  remember(storageKey, choice === 'system' ? null : choice);
  choiceStore.set(choice);
  apply();
}

/** What the person chose. */
export const useModeChoice = () => useStore(choiceStore);
/** What is shown. */
export const useMode = () => useStore(modeStore);
