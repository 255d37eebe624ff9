import { useState } from 'react';

/** Sends, and keeps whether it waits and what went wrong. */
export function useSend<V>(send: (values: V) => Promise<unknown>) {
  const [waiting, setWaiting] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const submit = async (values: V) => {
    setWaiting(true);
    setFailure(undefined);
    try {
      await send(values);
    } catch (error) {
      setFailure(error);
    } finally {
      setWaiting(false);
    }
  };
  return { submit, waiting, failure };
}

/** The text of the field of a form. */
export const textIn = (form: HTMLFormElement, name: string): string =>
  String(new FormData(form).get(name) ?? '');

/** Moves to the first field that is not right. */
export function focusField(form: HTMLFormElement, name: string): void {
  form.querySelector<HTMLInputElement>(`[name=${name}]`)?.focus();
}
