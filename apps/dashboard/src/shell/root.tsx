import { Outlet } from '@tanstack/react-router';

/** Around every page: the link that takes the keyboard past the navigation. */
export function Root() {
  return (
    <>
      <a className="hub-skip" href="#main">
        Skip to the content
      </a>
      <Outlet />
    </>
  );
}
