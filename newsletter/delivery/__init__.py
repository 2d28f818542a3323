"""The send loop: claims become mails, mails become verdicts, and nothing is sent that is not on record."""
