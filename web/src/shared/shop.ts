import { createStore, remember, remembered, useStore } from './store';

const storageKey = 'shuke.shop';
const shopStore = createStore<string | undefined>(remembered(storageKey) ?? undefined);

/** The shop whose figures are shown; undefined is all of them. */
export const useCurrentShop = () => useStore(shopStore);

export function chooseShop(id: string | undefined): void {
  remember(storageKey, id ?? null);
  shopStore.set(id);
}
