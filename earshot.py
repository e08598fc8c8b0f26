"""The command line."""

import click


@click.group()
@click.version_option(package_name="earshot")
def main() -> None:
    """Pair people who disagree, and guide each pair through one conversation."""


if __name__ == "__main__":
    main()
