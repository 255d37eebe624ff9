import { Select } from 'antd';
import { useMemo } from 'react';

type Props = {
  id?: string;
  value?: string;
  onChange?: (zone: string) => void;
  /** What stands for no zone of its own: the zone of the organisation. */
  inherit?: string;
  disabled?: boolean;
};

/** A time zone by its name, with its distance from Greenwich. */
export function ZoneSelect({ value = '', inherit, ...rest }: Props) {
  const options = useMemo(() => {
    const known = Intl.supportedValuesOf('timeZone');
    const zones = value && !known.includes(value) ? [value, ...known] : known;
    const named = zones.map((zone) => ({ value: zone, label: `${zone} (${offsetOf(zone)})` }));
    return inherit ? [{ value: '', label: inherit }, ...named] : named;
  }, [value, inherit]);
  return <Select value={value} showSearch={{ optionFilterProp: 'label' }} options={options} {...rest} />;
}

function offsetOf(timeZone: string): string {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' });
  return format.formatToParts().find((part) => part.type === 'timeZoneName')?.value ?? '';
}
