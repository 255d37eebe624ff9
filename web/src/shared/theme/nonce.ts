/** The nonce of this answer. Vite writes the tag, and the server fills it in. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;

/**
 * Gives the nonce to every style element that scripts create. antd passes it on for its own styles, but the scroll lock
 * behind a dialog and the measuring of the scroll bar make theirs without asking. Styles in markup stay refused.
 */
export function giveNonceToStyles(): void {
  if (!nonce) return;
  const create = document.createElement;
  document.createElement = function (this: Document, name: string, options?: ElementCreationOptions) {
    const element = create.call(this, name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  } as typeof create;
}
