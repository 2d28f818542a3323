"""What is kept: for now the folder that `newsletter build` exports."""
