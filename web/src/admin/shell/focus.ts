import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

const overlay = '[role="dialog"], .ant-modal-wrap, .ant-drawer, .ant-popover, .ant-dropdown';

/** Tells a screen reader that the page has changed, by moving the focus to its beginning. */
export function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}

/**
 * Brings the focus back to where somebody was before a dialog, once it is gone: dialogs are taken away as they close,
 * and with them the focus that was inside.
 */
export function useFocusBack(): void {
  useEffect(() => {
    let before: HTMLElement | undefined;
    const remember = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && !target.closest(overlay)) before = target;
    };
    const bringBack = (changes: MutationRecord[]) => {
      if (!changes.some((change) => change.removedNodes.length > 0)) return;
      if (document.activeElement === document.body && before?.isConnected)
        before.focus({ preventScroll: true });
    };
    // Overlays are drawn as children of the body.
    const observer = new MutationObserver(bringBack);
    observer.observe(document.body, { childList: true });
    document.addEventListener('focusin', remember);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', remember);
    };
  }, []);
}
