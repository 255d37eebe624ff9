import { useQueryClient } from '@tanstack/react-query';
import { type Session, sessionQuery } from '@/api/session';
import { Look } from '@/shared/theme/Look';
import { SecondFactor } from '../account/SecondFactor';

type Props = {
  password: string;
  onSignedIn: (session: Session) => Promise<void>;
  onLeave: () => void;
};

/** Signed in, but not further than to the second factor. */
export default function NeededFactor({ password, onSignedIn, onLeave }: Props) {
  const cache = useQueryClient();
  return (
    <Look>
      <SecondFactor
        password={password}
        onDone={async () => onSignedIn(await cache.fetchQuery({ ...sessionQuery, staleTime: 0 }))}
        onLeave={onLeave}
      />
    </Look>
  );
}
