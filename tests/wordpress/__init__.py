"""A real WordPress with the unmodified Akismet plugin, against a real Winnow: ``python -m tests.wordpress``.

WordPress comes from Debian's packages. Needs Debian or a relative of it, with php-cli (mysql, curl, mbstring, xml) and
mariadb-server-core; ``--install`` installs them. Nothing listens beyond 127.0.0.1, and nothing is left running.
"""
