import { useEffect, useState } from 'react';

const lookEveryMs = 250;
const around = 6;

/** Where a thing stands on the screen, and whether that is in the lower half, where the card would hide it. */
export type Lit = { box: { left: number; top: number; width: number; height: number }; low: boolean };

/** Follows what is lit up: it may come late, move and change its size. It is scrolled into view once. */
export function useLit(find: (() => Element | null) | undefined): Lit | undefined {
  const [lit, setLit] = useState<Lit>();
  useEffect(() => {
    setLit(undefined);
    if (!find) return;
    let shown: Element | null = null;
    const look = () => {
      const thing = find();
      if (thing && thing !== shown) thing.scrollIntoView?.({ block: 'nearest' });
      shown = thing;
      setLit((before) => {
        const next = thing ? litOf(thing.getBoundingClientRect()) : undefined;
        return same(before, next) ? before : next;
      });
    };
    look();
    const timer = setInterval(look, lookEveryMs);
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      clearInterval(timer);
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [find]);
  return lit;
}

export function litOf(rect: DOMRect): Lit {
  const left = Math.max(2, rect.left - around);
  const top = Math.max(2, rect.top - around);
  const right = Math.min(window.innerWidth - 2, rect.right + around);
  const bottom = Math.min(window.innerHeight - 2, rect.bottom + around);
  return {
    box: { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) },
    low: rect.top > window.innerHeight / 2,
  };
}

function same(a: Lit | undefined, b: Lit | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
