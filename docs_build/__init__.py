"""What the documentation site generates from the code: model description, tables, references."""
