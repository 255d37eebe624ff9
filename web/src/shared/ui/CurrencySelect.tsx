import { Select } from 'antd';
import { currentLanguage } from '@/shared/i18n/t';

type Props = {
  id?: string;
  value?: string;
  onChange?: (currency: string) => void;
  disabled?: boolean;
};

/** A currency by its code and its name. */
export function CurrencySelect({ value = '', ...rest }: Props) {
  const names = new Intl.DisplayNames(currentLanguage(), { type: 'currency' });
  return (
    <Select
      value={value}
      showSearch={{ optionFilterProp: 'label' }}
      options={Intl.supportedValuesOf('currency').map((code) => ({
        value: code,
        label: `${code} ${names.of(code) ?? ''}`,
      }))}
      {...rest}
    />
  );
}
