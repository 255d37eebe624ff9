import { MenuOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { t } from '@/shared/i18n/t';
import { LanguageSwitch } from '@/shared/ui/LanguageSwitch';
import { ModeSwitch } from '@/shared/ui/ModeSwitch';
import { DemoClock } from './clock/DemoClock';
import { PersonMenu } from './PersonMenu';
import { SearchBox } from './SearchBox';
import { ShopSwitch } from './ShopSwitch';
import styles from './TopBar.module.css';

/** Which shop, whom to find, how it looks, who I am. */
export function TopBar({ onMenu }: { onMenu?: () => void }) {
  return (
    <header className={styles.bar}>
      {onMenu && (
        <Button type="text" icon={<MenuOutlined />} onClick={onMenu} aria-label={t('shell.openMenu')} />
      )}
      <ShopSwitch />
      <div className={styles.gap} />
      <DemoClock />
      <SearchBox />
      <LanguageSwitch />
      <ModeSwitch />
      <PersonMenu />
    </header>
  );
}
