"""Paper forms and sheets: editions as data, filled from facts, printed as PDF.

Read in this order::

    definition   what an edition is: its blocks, fields, and the facts they ask for
      loader       reads the editions from YAML;  catalog  finds the one that holds
    filled       what a filled form is: values with sources, blanks with reasons
      bindings     finds a value among the facts;  prefill  fills a whole edition
      words        numbers, money and dates as papers write them
      likeness     when two ways of writing are one value
      readings     numbers that the certificate calls otherwise
    pdf          a filled form becomes a sheet, ready to be rendered
      answers      what the sheet says, for a machine;  marks  the code that leads back
      engine       renders sheets; finishing  makes the file PDF/A and PDF/UA
      press        has the engine work in processes of its own
    packet       all papers of a step under a cover
    screen       a paper as a page
    sealing      the seal of an office on a PDF (an extra)
    captions     the official wording;  comparison  lays an edition beside it
    errors       why this room refuses;  sentences  what it says to people

``editions`` and ``captions`` hold a YAML file for each paper under the package that
uses it, ``layouts`` the one look that they all share, ``data`` the smaller tables.
"""
