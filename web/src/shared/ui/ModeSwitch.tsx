import { DesktopOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { t } from '@/shared/i18n/t';
import { type ModeChoice, setModeChoice, useMode, useModeChoice } from '@/shared/theme/mode';

const icons = {
  system: <DesktopOutlined aria-hidden />,
  light: <SunOutlined aria-hidden />,
  dark: <MoonOutlined aria-hidden />,
};
const choices: ModeChoice[] = ['system', 'light', 'dark'];

/** As the system, light or dark. */
export function ModeSwitch() {
  const choice = useModeChoice();
  const mode = useMode();
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [choice],
        items: choices.map((key) => ({ key, icon: icons[key], label: t(`shell.mode.${key}`) })),
        onClick: ({ key }) => setModeChoice(key as ModeChoice),
      }}
    >
      <Button type="text" icon={icons[mode]} aria-label={t('shell.mode')} />
    </Dropdown>
  );
}
