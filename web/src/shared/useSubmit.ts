import type { FormInstance } from 'antd';
import { useState } from 'react';
import { formErrors } from '@/api/problem';

type Submit<V> = {
  /** For the form's onFinish. */
  submit: (values: V) => Promise<void>;
  waiting: boolean;
  /** What went wrong and is not shown beside a field. */
  failure: unknown;
};

/** Sends the values of a form. Errors of its fields are shown beside them, any other is the failure. */
export function useSubmit<V>(form: FormInstance, send: (values: V) => Promise<unknown>): Submit<V> {
  const [waiting, setWaiting] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  const submit = async (values: V) => {
    setWaiting(true);
    setFailure(undefined);
    try {
      await send(values);
    } catch (error) {
      const wrong = formErrors(error);
      const fields = new Set(form.getFieldsError().map(({ name }) => name.join('.')));
      const shown = wrong.filter(({ name }) => fields.has(name.join('.')));
      form.setFields(shown);
      if (shown[0]) form.focusField(shown[0].name);
      if (wrong.length === 0 || shown.length < wrong.length) setFailure(error);
    } finally {
      setWaiting(false);
    }
  };

  return { submit, waiting, failure };
}
